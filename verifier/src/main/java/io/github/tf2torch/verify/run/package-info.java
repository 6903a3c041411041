/**
 * Runs a subject in both engines: outputs, taps, layers alone, steps, and what rounding alone does
 * to each. Imports {@code verify.cause}, {@code verify.engine}, {@code verify.inputs}, {@code
 * verify.judge}, {@code verify.report}, {@code verify.subject} and the converter.
 */
@NullMarked
package io.github.tf2torch.verify.run;

import org.jspecify.annotations.NullMarked;

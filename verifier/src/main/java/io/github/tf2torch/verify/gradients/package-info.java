/**
 * Gradients of outputs for inputs and parameters, whole or along directions. Imports {@code
 * verify.engine}, {@code verify.inputs}, {@code verify.judge}, {@code verify.report}, {@code
 * verify.run}, {@code verify.subject} and the converter.
 */
@NullMarked
package io.github.tf2torch.verify.gradients;

import org.jspecify.annotations.NullMarked;

/**
 * One file a check, and the comparison that they share. Imports {@code verify.cause}, {@code
 * verify.engine}, {@code verify.inputs}, {@code verify.report}, {@code verify.step} and the
 * converter.
 */
@NullMarked
package io.github.tf2torch.verify.check;

import org.jspecify.annotations.NullMarked;

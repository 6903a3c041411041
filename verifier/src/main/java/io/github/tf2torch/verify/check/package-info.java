/**
 * One file a check, and the order in which they run. Imports {@code verify.batchnorm}, {@code
 * verify.cause}, {@code verify.dropout}, {@code verify.engine}, {@code verify.gradients}, {@code
 * verify.judge}, {@code verify.opening}, {@code verify.own}, {@code verify.recorded}, {@code
 * verify.reference}, {@code verify.report}, {@code verify.run}, {@code verify.subject}, {@code
 * verify.trace}, {@code verify.training} and the converter.
 */
@NullMarked
package io.github.tf2torch.verify.check;

import org.jspecify.annotations.NullMarked;

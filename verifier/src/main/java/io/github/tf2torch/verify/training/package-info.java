/**
 * Steps of an optimizer on both sides: losses, parameters and slots. Imports {@code
 * verify.batchnorm}, {@code verify.cause}, {@code verify.dropout}, {@code verify.engine}, {@code
 * verify.gradients}, {@code verify.inputs}, {@code verify.judge}, {@code verify.opening}, {@code
 * verify.reference}, {@code verify.report}, {@code verify.run}, {@code verify.script}, {@code
 * verify.step}, {@code verify.subject} and the converter.
 */
@NullMarked
package io.github.tf2torch.verify.training;

import org.jspecify.annotations.NullMarked;

/**
 * Masks and other draws, made by one framework's generator and given to the other. Imports {@code
 * verify.engine}, {@code verify.gradients}, {@code verify.inputs}, {@code verify.judge}, {@code
 * verify.reference}, {@code verify.report}, {@code verify.run}, {@code verify.subject} and the
 * converter.
 */
@NullMarked
package io.github.tf2torch.verify.dropout;

import org.jspecify.annotations.NullMarked;

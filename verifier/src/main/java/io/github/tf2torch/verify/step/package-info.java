/**
 * TensorFlow's optimizers as TensorFlow itself steps them: by its training kernels, and where Keras
 * has operations in their place, by those; with what Keras does around a step, and its rates.
 * Written from TensorFlow's and Keras's sources, and of the conversion's rules used for nothing but
 * what a source means by a name. Imports {@code verify.engine}, {@code model.source}, {@code
 * tensor} and {@code rules.optimizer}.
 */
@NullMarked
package io.github.tf2torch.verify.step;

import org.jspecify.annotations.NullMarked;

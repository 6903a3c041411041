/**
 * Keras's layers as TensorFlow computes them: a graph of TensorFlow's own operations, built from a
 * file's configuration. It shares no code with the converter's rules for the same layers, so that a
 * comparison of both is evidence; values recorded from Keras pin it. May import {@code
 * verify.engine}, and of the converter the model of a source, tensors and problems.
 */
@NullMarked
package io.github.tf2torch.verify.reference;

import org.jspecify.annotations.NullMarked;

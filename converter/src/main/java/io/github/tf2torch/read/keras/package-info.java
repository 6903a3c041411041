/**
 * Keras's own files: {@code .h5} of Keras 1, 2 and 3, {@code .keras}, {@code .weights.h5}, and
 * their configuration. Imports the source model, tensors and files; the only package that knows
 * HDF5.
 */
@NullMarked
package io.github.tf2torch.read.keras;

import org.jspecify.annotations.NullMarked;

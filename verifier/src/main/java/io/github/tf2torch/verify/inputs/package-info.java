/**
 * Inputs for both sides of a comparison: drawn from a seed as TensorFlow draws them, or read from
 * NumPy files. Imports {@code tensor}, {@code model.source} and {@code problem}.
 */
@NullMarked
package io.github.tf2torch.verify.inputs;

import org.jspecify.annotations.NullMarked;

/**
 * Weights without a computation: variables to PyTorch's names and layouts, by TensorFlow's naming
 * conventions or into a model that exists. Pure values, no files. Imports {@code model} and {@code
 * tensor}.
 */
@NullMarked
package io.github.tf2torch.translate.mapping;

import org.jspecify.annotations.NullMarked;

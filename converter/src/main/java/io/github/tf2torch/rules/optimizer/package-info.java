/**
 * One file for each family of optimizers: how TensorFlow steps, and what of PyTorch's steps alike.
 * Imports {@code model} and {@code tensor}.
 */
@NullMarked
package io.github.tf2torch.rules.optimizer;

import org.jspecify.annotations.NullMarked;

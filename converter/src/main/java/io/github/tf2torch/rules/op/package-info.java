/**
 * One file for each family of TensorFlow ops. Imports {@code rules}, {@code model} and {@code
 * tensor}.
 */
@NullMarked
package io.github.tf2torch.rules.op;

import org.jspecify.annotations.NullMarked;

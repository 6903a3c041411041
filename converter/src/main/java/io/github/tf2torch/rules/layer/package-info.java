/**
 * How Keras's layers are said in PyTorch, one file a family. Most of it is the ops that the layer
 * is made of, by the rules that these have in graphs. Imports {@code rules}, {@code model}, {@code
 * tensor}.
 */
@NullMarked
package io.github.tf2torch.rules.layer;

import org.jspecify.annotations.NullMarked;

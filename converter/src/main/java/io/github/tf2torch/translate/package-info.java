/**
 * The walk over the graph, layout, names and the account of every variable. Imports {@code rules},
 * {@code fuse}, {@code model}, {@code tensor}.
 */
@NullMarked
package io.github.tf2torch.translate;

import org.jspecify.annotations.NullMarked;

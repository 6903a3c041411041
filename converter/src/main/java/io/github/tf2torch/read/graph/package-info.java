/**
 * SavedModels, training graphs and frozen graphs: signatures, inlined functions, complete nodes.
 * Imports {@code model.source}, {@code tensor}, {@code io}, {@code read.bundle}.
 */
@NullMarked
package io.github.tf2torch.read.graph;

import org.jspecify.annotations.NullMarked;

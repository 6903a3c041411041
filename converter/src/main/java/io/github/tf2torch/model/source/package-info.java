/** What a TensorFlow file says: variables, graph, signatures. Imports {@code tensor}. */
@NullMarked
package io.github.tf2torch.model.source;

import org.jspecify.annotations.NullMarked;

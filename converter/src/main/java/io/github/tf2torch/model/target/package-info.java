/** The torch program: modules, statements, parameters as recipes. Imports {@code tensor}. */
@NullMarked
package io.github.tf2torch.model.target;

import org.jspecify.annotations.NullMarked;

/**
 * The one forward of a program cut into those of its containers, for writers whose format nests
 * modules. Imports {@code model.target}.
 */
@NullMarked
package io.github.tf2torch.write.outline;

import org.jspecify.annotations.NullMarked;

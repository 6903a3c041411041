/**
 * The zip archive that {@code torch.load} reads. Imports {@code model.target}, {@code tensor},
 * {@code io}.
 */
@NullMarked
package io.github.tf2torch.write.statedict;

import org.jspecify.annotations.NullMarked;

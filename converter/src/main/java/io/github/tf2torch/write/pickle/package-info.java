/** The few pickle opcodes that PyTorch's archives need. Imports {@code tensor}. */
@NullMarked
package io.github.tf2torch.write.pickle;

import org.jspecify.annotations.NullMarked;

/**
 * The TorchScript archive that {@code torch.jit.load}, libtorch and DJL read. Imports {@code
 * model.target}, {@code tensor}, {@code io}.
 */
@NullMarked
package io.github.tf2torch.write.torchscript;

import org.jspecify.annotations.NullMarked;

/**
 * One file for each pattern: arithmetic that is one module in PyTorch. Imports {@code model.source}
 * and {@code tensor}.
 */
@NullMarked
package io.github.tf2torch.fuse;

import org.jspecify.annotations.NullMarked;

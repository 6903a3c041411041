/**
 * One pass over a source that fills several files of tensors at once, on all cores. Imports {@code
 * model.target}, {@code tensor}, {@code io}.
 */
@NullMarked
package io.github.tf2torch.write.pass;

import org.jspecify.annotations.NullMarked;

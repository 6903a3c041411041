/**
 * Two files of tensors compared, tensor by tensor, in bounded memory. Imports {@code model.source}
 * and {@code tensor}; which format a file has is no matter here.
 */
@NullMarked
package io.github.tf2torch.diff;

import org.jspecify.annotations.NullMarked;

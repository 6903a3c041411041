/** The safetensors format. Imports {@code model.target}, {@code tensor}, {@code io}. */
@NullMarked
package io.github.tf2torch.write.safetensors;

import org.jspecify.annotations.NullMarked;

/** Checkpoints of TensorFlow's format V2. Imports {@code tensor}, {@code io}. */
@NullMarked
package io.github.tf2torch.write.bundle;

import org.jspecify.annotations.NullMarked;

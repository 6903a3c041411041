/** TensorFlow's V2 checkpoint bundle. Imports {@code model.source}, {@code tensor}, {@code io}. */
@NullMarked
package io.github.tf2torch.read.bundle;

import org.jspecify.annotations.NullMarked;

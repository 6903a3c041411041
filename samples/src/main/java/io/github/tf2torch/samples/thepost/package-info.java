/** The experiments of the post that this project grew from; may import the public API alone. */
@NullMarked
package io.github.tf2torch.samples.thepost;

import org.jspecify.annotations.NullMarked;

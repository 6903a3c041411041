/** Training that goes on in PyTorch; may import the public API alone, and the post's network. */
@NullMarked
package io.github.tf2torch.samples.resume;

import org.jspecify.annotations.NullMarked;

/** Bounded reads, checksums, zip and the output folder. Imports nothing of the project. */
@NullMarked
package io.github.tf2torch.io;

import org.jspecify.annotations.NullMarked;

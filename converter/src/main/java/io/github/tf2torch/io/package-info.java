/**
 * Bounded reads, checksums, zip, foreign files and the output folder. Imports {@code problem}
 * alone.
 */
@NullMarked
package io.github.tf2torch.io;

import org.jspecify.annotations.NullMarked;

/** One picocli class a command; exit codes in one place. Imports {@code convert}. */
@NullMarked
package io.github.tf2torch.cli;

import org.jspecify.annotations.NullMarked;

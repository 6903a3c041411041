/**
 * The public API: open a source, convert it, read the account. Imports {@code read}, {@code
 * translate}, {@code write} and {@code model}.
 */
@NullMarked
package io.github.tf2torch.convert;

import org.jspecify.annotations.NullMarked;

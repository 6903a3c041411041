/**
 * Rules that people write to say where a variable goes: regular expressions, and transforms by
 * name. Rule sets of well-known checkpoints are resources beside it. Imports {@code model} and
 * {@code tensor}.
 */
@NullMarked
package io.github.tf2torch.rules.mapping;

import org.jspecify.annotations.NullMarked;

/** What a rule is and how it is found. Imports {@code model} and {@code tensor}. */
@NullMarked
package io.github.tf2torch.rules;

import org.jspecify.annotations.NullMarked;

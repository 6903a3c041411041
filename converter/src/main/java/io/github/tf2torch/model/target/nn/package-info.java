/**
 * One file for each {@code torch.nn} module, described once for every printer. Imports {@code
 * model.target} and {@code tensor}.
 */
@NullMarked
package io.github.tf2torch.model.target.nn;

import org.jspecify.annotations.NullMarked;

/**
 * Dtypes, shapes and the recipes by which a target tensor is made from stored ones. Imports nothing
 * of the project.
 */
@NullMarked
package io.github.tf2torch.tensor;

import org.jspecify.annotations.NullMarked;

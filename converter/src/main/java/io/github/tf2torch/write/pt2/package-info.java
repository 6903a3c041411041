/**
 * {@code model.pt2}, the archive of {@code torch.export}: the program as one flat graph of ATen
 * calls in eval form, with the sizes of every value, and the tensors of the {@code state_dict}.
 * Imports {@code model.target}, {@code tensor}, {@code problem} and other writers' plans.
 */
@NullMarked
package io.github.tf2torch.write.pt2;

import org.jspecify.annotations.NullMarked;

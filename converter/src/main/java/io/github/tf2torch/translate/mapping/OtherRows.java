package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.Optional;

/** A tensor and what would fill it but for the number of rows: a vocabulary that was padded. */
record OtherRows(Variable target, TensorExpr recipe) {
  static Optional<OtherRows> of(Variable target, TensorExpr recipe) {
    boolean isOfOne = recipe.variables().size() == 1;
    return isOfOne && isAllButRows(recipe.shape(), target.shape())
        ? Optional.of(new OtherRows(target, recipe))
        : Optional.empty();
  }

  private static boolean isAllButRows(Shape one, Shape other) {
    int rank = one.rank();
    return rank > 0
        && rank == other.rank()
        && one.dims().subList(1, rank).equals(other.dims().subList(1, rank));
  }

  String variable() {
    return recipe.variables().get(0);
  }

  /** The transform that leads to the target's rows. */
  String transform() {
    return recipe.shape().dim(0) < target.shape().dim(0) ? "pad" : "cut";
  }

  /** What the transform would do, for people to decide whether that is what they want. */
  String told() {
    long rows = target.shape().dim(0) - recipe.shape().dim(0);
    return rows > 0
        ? "# %d rows of zeros behind it, with {pad: x} of x; or drop '%s' and keep '%s'"
            .formatted(rows, Suggestions.pattern(variable()), Suggestions.pattern(target.name()))
        : "# without its last %d rows; or drop '%s' and keep '%s'"
            .formatted(-rows, Suggestions.pattern(variable()), Suggestions.pattern(target.name()));
  }
}

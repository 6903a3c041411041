package io.github.tf2torch.tensor;

import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Reshape;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What can be said of a recipe without evaluating it. */
public final class Recipe {
  private Recipe() {}

  /**
   * The way back from a target tensor to the one stored variable it was made from, bit for bit;
   * empty where the recipe does more than move all elements of one variable.
   *
   * @param targetName what the result calls the target tensor
   */
  public static Optional<TensorExpr> inverse(TensorExpr recipe, String targetName) {
    TensorExpr back = new Stored(targetName, recipe.dtype(), recipe.shape());
    TensorExpr step = recipe;
    while (!(step instanceof Stored)) {
      if (step instanceof Permute permute) {
        back = new Permute(back, inverse(permute.axes()));
        step = permute.input();
      } else if (step instanceof Reshape reshape) {
        back = new Reshape(back, reshape.input().shape());
        step = reshape.input();
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(back);
  }

  private static List<Integer> inverse(List<Integer> axes) {
    List<Integer> back = new ArrayList<>(Collections.nCopies(axes.size(), 0));
    for (int i = 0; i < axes.size(); i++) {
      back.set(axes.get(i), i);
    }
    return back;
  }
}

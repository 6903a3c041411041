package io.github.tf2torch.verify.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code <recipe(v), g> = <v, adjoint(g)>} for every v and g. */
class AdjointTest {
  private static final TensorExpr V = new TensorExpr.Stored("v", DType.FLOAT64, Shape.of(2, 3, 4));

  static Stream<TensorExpr> recipes() {
    TensorExpr turned = new TensorExpr.Permute(V, List.of(2, 0, 1));
    TensorExpr cut = new TensorExpr.Slice(turned, 0, 1, 2);
    return Stream.of(
        V,
        turned,
        new TensorExpr.Permute(V, List.of(1, 2, 0)),
        new TensorExpr.Reshape(turned, Shape.of(4, 6)),
        cut,
        new TensorExpr.Slice(V, 1, 0, 2),
        new TensorExpr.Slice(V, 2, 3, 1),
        new TensorExpr.Scale(cut, -2.5),
        new TensorExpr.Shift(cut, 3),
        new TensorExpr.Sum(List.of(V, new TensorExpr.Scale(V, 2), V)),
        new TensorExpr.Concat(List.of(cut, turned), 0),
        new TensorExpr.Concat(
            List.of(new TensorExpr.Fill(DType.FLOAT64, Shape.of(2, 1, 4), 7), V), 1),
        new TensorExpr.Reshape(new TensorExpr.Concat(List.of(V, V, V), 2), Shape.of(72)));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void isTheAdjointOfTheRecipe(TensorExpr recipe) throws IOException {
    Random random = new Random(1);
    double[] v = random.doubles(24, -1, 1).toArray();
    double[] g = random.doubles(recipe.shape().count(), -1, 1).toArray();
    TensorValue value = TensorValue.ofDoubles(DType.FLOAT64, V.shape(), v);
    double[] forward =
        Evaluation.value(
                recipe,
                (name, offset, target) ->
                    target.put(value.bytes().slice((int) offset, target.remaining())))
            .doubles();
    double[] constant =
        Evaluation.value(recipe, (name, offset, target) -> target.put(new byte[target.remaining()]))
            .doubles();
    double[] back = new double[24];
    Adjoint.back(
        recipe,
        g,
        (leaf, share) -> {
          for (int i = 0; i < 24; i++) {
            back[i] += share[i];
          }
        });
    double expected = 0;
    for (int i = 0; i < g.length; i++) {
      expected += (forward[i] - constant[i]) * g[i];
    }
    double found = 0;
    for (int i = 0; i < 24; i++) {
      found += v[i] * back[i];
    }
    assertThat(found).isCloseTo(expected, within(1e-12));
  }
}

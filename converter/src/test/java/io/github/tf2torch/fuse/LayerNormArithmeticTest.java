package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerNormArithmeticTest {
  private static final String MOMENTS =
      """
      x = Placeholder
      g = VariableV2 [4]
      b = VariableV2 [4]
      eps = Const 0.002
      last = Const -1 : 1
      mean = Mean(x, last) keep_dims=true
      stop = StopGradient(mean)
      diff = SquaredDifference(x, stop)
      var = Mean(diff, last) keep_dims=true
      sum = AddV2(var, eps)
      inv = Rsqrt(sum)
      """;
  private static final String WHOLE =
      MOMENTS
          + """
          scale = Mul(inv, g)
          neg = Neg(mean)
          centered = Mul(neg, scale)
          shift = AddV2(centered, b)
          scaled = Mul(x, scale)
          y = AddV2(scaled, shift)
          """;
  private static final String NORM =
      "y = fused.LayerNorm(x, g, b) center=true epsilon=0.002 scale=true";

  @Test
  void theArithmeticOfKerasIsOneNode() {
    assertThat(GraphText.fused(WHOLE)).containsExactly(NORM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // tf.nn.batch_normalization of tf.nn.moments
        "s = Mul(inv, g); c = Mul(mean, s); t = Sub(b, c); n = Mul(s, x); y = AddV2(n, t)",
        "c = Sub(x, mean); n = Mul(c, inv); m = Mul(n, g); y = AddV2(m, b)",
        "c = Sub(x, mean); n = Mul(inv, c); m = Mul(g, n); y = AddV2(b, m)",
        "c = Sub(x, mean); r = Sqrt(sum); n = RealDiv(c, r); m = Mul(n, g); y = AddV2(m, b)",
      })
  void otherArithmeticOfTheSameIsOneNodeToo(String text) {
    assertThat(GraphText.fused(MOMENTS + text.replace("; ", "\n"))).containsExactly(NORM);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AddV2(scaled, shift)  | AddV2(shift, scaled)",
        "Mul(x, scale)         | Mul(scale, x)",
        "AddV2(centered, b)    | AddV2(b, centered)",
        "AddV2(var, eps)       | AddV2(eps, var)",
        "SquaredDifference(x, stop) | SquaredDifference(stop, x)",
      })
  void operandsThatCommuteMayStandInBothOrders(String from, String to) {
    assertThat(GraphText.fused(replaced(from, to))).containsExactly(NORM);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // along another axis; of another tensor; one number for all
        "last = Const -1 : 1        | last = Const 1 : 1",
        "last = Const -1 : 1        | last = Const -2 -1",
        "Mean(diff, last)           | Mean(x, last)",
        "SquaredDifference(x, stop) | SquaredDifference(x, g)",
        "scaled = Mul(x, scale)     | scaled = Mul(diff, scale)",
        "scaled = Mul(x, scale)     | scaled = Mul(x, inv)",
        "Neg(mean)                  | Neg(var)",
        "g = VariableV2 [4]         | g = VariableV2 [1]",
        "g = VariableV2 [4]         | g = VariableV2 [5]",
        "Mean(x, last) keep_dims=true | Mean(x, last) keep_dims=false",
      })
  void whatOnlyLooksAlikeIsNot(String from, String to) {
    assertThat(GraphText.fused(replaced(from, to))).noneMatch(l -> l.contains("LayerNorm"));
  }

  @Test
  void anAxisCountedFromTheFrontIsTheLastWhereGammasShapeSaysSo() {
    String text =
        WHOLE
            .replace(
                "last = Const -1 : 1",
                "last = Const 2 : 1\nshape = Const 1 1 4\ng3 = Reshape(g, shape)")
            .replace("Mul(inv, g)", "Mul(inv, g3)");
    assertThat(GraphText.fused(text)).containsExactly(NORM);
  }

  @Test
  void aGradientThatIsStoppedBeforeTheDifferenceIsNoLayerNorm() {
    String text =
        "c = Sub(x, stop); n = Mul(c, inv); m = Mul(n, g); y = AddV2(m, b)".replace("; ", "\n");
    String moments =
        MOMENTS.replace("diff = SquaredDifference(x, stop)", "w = Sub(x, mean)\ndiff = Square(w)");
    assertThat(GraphText.fused(moments + text)).noneMatch(l -> l.contains("LayerNorm"));
  }

  private static String replaced(String from, String to) {
    assertThat(WHOLE).contains(from);
    return WHOLE.replace(from, to);
  }
}

package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchNormArithmeticTest {
  private static final String WEIGHTS =
      """
      x = Placeholder
      m = VariableV2 [4]
      v = VariableV2 [4]
      g = VariableV2 [4]
      b = VariableV2 [4]
      eps = Const 0.002
      """;
  private static final String INVERSE =
      """
      sum = AddV2(v, eps)
      root = Rsqrt(sum)
      inv = Mul(root, g)
      """;
  private static final String WHOLE =
      WEIGHTS
          + INVERSE
          + """
          scaled = Mul(x, inv)
          centered = Mul(m, inv)
          shift = Sub(b, centered)
          y = AddV2(scaled, shift)
          """;
  private static final String NORM =
      "y = fused.BatchNorm(x, m, v, g, b) axis=-1 center=true epsilon=0.002 rank=1 scale=true";

  @Test
  void theArithmeticOfTensorflowsBatchNormalizationIsOneNode() {
    assertThat(GraphText.fused(WHOLE)).containsExactly(NORM);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AddV2(v, eps)         | AddV2(eps, v)",
        "AddV2(v, eps)         | Add(v, eps)",
        "Mul(root, g)          | Mul(g, root)",
        "Mul(x, inv)           | Mul(inv, x)",
        "Mul(m, inv)           | Mul(inv, m)",
        "AddV2(scaled, shift)  | AddV2(shift, scaled)",
        "AddV2(scaled, shift)  | Add(scaled, shift)",
      })
  void operandsThatCommuteMayStandInBothOrders(String from, String to) {
    assertThat(GraphText.fused(replaced(WHOLE, from, to))).containsExactly(NORM);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sub(b, centered)      | Sub(centered, b)",
        "Mul(m, inv)           | Mul(m, root)",
        "Mul(x, inv)           | Mul(x, root)",
        "AddV2(scaled, shift)  | Sub(scaled, shift)",
        "Rsqrt(sum)            | Sqrt(sum)",
        "AddV2(v, eps)         | Mul(v, eps)",
        "AddV2(v, eps)         | AddV2(v, g)",
        "eps = Const 0.002     | eps = Const 0.002 0.003 0.004 0.005",
        "Mul(root, g)          | Mul(root, x)",
        "m = VariableV2 [4]    | m = VariableV2 [1]",
        "m = VariableV2 [4]    | m = VariableV2 [3, 4]",
        "g = VariableV2 [4]    | g = Placeholder",
      })
  void whatOnlyLooksAlikeStaysArithmetic(String from, String to) {
    assertThat(GraphText.fused(replaced(WHOLE, from, to)))
        .noneMatch(line -> line.contains("BatchNorm"));
  }

  @Test
  void gammaMayBeMissing() {
    String text = WHOLE.replace("inv = Mul(root, g)\n", "").replace("inv)", "root)");
    assertThat(GraphText.fused(text))
        .containsExactly(
            "y = fused.BatchNorm(x, m, v, b) axis=-1 center=true epsilon=0.002 rank=1 scale=false");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "centered = Mul(m, inv)  | y = Sub(scaled, centered)",
        "n = Neg(m); centered = Mul(n, inv)  | y = AddV2(scaled, centered)",
        "p = Mul(m, inv); centered = Neg(p)  | y = AddV2(scaled, centered)",
      })
  void betaMayBeMissing(String shift, String last) {
    String text =
        WEIGHTS + INVERSE + "scaled = Mul(x, inv)\n" + shift.replace("; ", "\n") + "\n" + last;
    assertThat(GraphText.fused(text))
        .containsExactly(
            "y = fused.BatchNorm(x, m, v, g) axis=-1 center=false epsilon=0.002 rank=1 scale=true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 4 1 1 | -3 | 4",
        "4 1 1   | -3 | 3",
        "1 1 1 4 | -1 | 4",
        "1 4     | -1 | 2",
        "4 1     | -2 | 2",
      })
  void vectorsInAShapeForBroadcastingSayTheAxis(String shape, int axis, int rank) {
    assertThat(GraphText.fused(shaped(shape, shape)))
        .containsExactly(
            "y = fused.BatchNorm(x, m, v, g, b) axis="
                + axis
                + " center=true epsilon=0.002 rank="
                + rank
                + " scale=true");
  }

  @Test
  void vectorsAlongTwoAxesAreNotOneNormalization() {
    assertThat(GraphText.fused(shaped("1 4 1 1", "1 1 1 4")))
        .noneMatch(line -> line.contains("BatchNorm"));
  }

  /** Frozen and then optimized: what the weights alone decide is computed already. */
  @Test
  void scaleAndShiftOfConstantsStayArithmetic() {
    String text =
        """
        x = Placeholder
        inv = Const 1.5 2.5
        shift = Const 0.5 0.25
        scaled = Mul(x, inv)
        y = AddV2(scaled, shift)
        """;
    assertThat(GraphText.fused(text))
        .containsExactly("scaled = Mul(x, inv)", "y = AddV2(scaled, shift)");
  }

  @Test
  void anIntermediateThatOthersReadStaysBesideTheModule() {
    List<String> lines = GraphText.fused(WHOLE, "scaled");
    assertThat(lines).contains(NORM, "scaled = Mul(x, inv)");
  }

  private static String shaped(String mean, String others) {
    return replaced(
            WHOLE,
            "sum = ",
            "to = Const "
                + others
                + "\nmto = Const "
                + mean
                + "\nmr = Reshape(m, mto)\nvr = Reshape(v, to)\ngr = Reshape(g, to)\nbr = Reshape(b, to)\nsum = ")
        .replace("AddV2(v,", "AddV2(vr,")
        .replace("Mul(root, g)", "Mul(root, gr)")
        .replace("Mul(m,", "Mul(mr,")
        .replace("Sub(b,", "Sub(br,");
  }

  static String replaced(String text, String from, String to) {
    assertThat(text).contains(from);
    return text.replace(from, to);
  }
}

package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Graph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers are TensorFlow 2.21's, to the last bit. */
class FoldingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AddV2        | 0.1 7.0        | 0.2              | 0.30000001192092896 7.199999809265137",
        "Add          | 1 2            | 10               | 11 12",
        "Sub          | 1 2            | 10               | -9 -8",
        "Mul          | 0.1            | 3.0 7.0 : 2 1    | 0.30000001192092896 0.699999988079071 :"
            + " 2 1",
        "Mul          | 2 3 : 2 1      | 5 7              | 10 14 15 21 : 2 2",
        "RealDiv      | 0.1 7.0        | 3.0              | 0.03333333507180214 2.3333332538604736",
        "FloorDiv     | -7 7           | 2 -2             | -4 -4",
        "FloorMod     | -7 7           | 3 -3             | 2 -2",
        "Maximum      | 1.0 5.0        | 3.0              | 3.0 5.0",
        "Minimum      | 1 5            | 3                | 1 3",
        "Reshape      | 1 2 3 4 5 6    | 2 -1             | 1 2 3 4 5 6 : 2 3",
        "ExpandDims   | 1.0 2.0        | -1               | 1.0 2.0 : 2 1",
        "ExpandDims   | 1.0 2.0        | 0                | 1.0 2.0 : 1 2",
        "Transpose    | 1 2 3 4 5 6 : 2 3 | 1 0           | 1 4 2 5 3 6 : 3 2",
        "Transpose    | 1 2 3 4 5 6 : 1 2 3 | 2 0 1       | 1 4 2 5 3 6 : 3 1 2",
        "Fill         | 2 3            | 7                | 7 7 7 7 7 7 : 2 3",
        "BroadcastTo  | 1.5 2.5 : 2 1  | 2 3              | 1.5 1.5 1.5 2.5 2.5 2.5 : 2 3",
        "BroadcastArgs| 3 1            | 2 1 5            | 2 3 5",
        "Prod         | 2 3 5          | 0 : 1            | 30",
        "Pack         | 1 2            | 3 4              | 1 2 3 4 : 2 2",
        "Pack         | 5              | 6                | 5 6",
      })
  void twoConstants(String op, String a, String b, String answer) {
    assertThat(value("a = Const " + a + "\nb = Const " + b + "\ny = " + op + "(a, b)"))
        .isEqualTo(answer(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Rsqrt(a)                    | 0.3 2.0      | 1.8257417678833008 0.7071067690849304",
        "Sqrt(a)                     | 0.3 2.0      | 0.547722578048706 1.4142135381698608",
        "Square(a)                   | 0.1 3.0      | 0.010000000707805157 9.0",
        "Neg(a)                      | 0.5 -2.0     | -0.5 2.0",
        "Cast(a) DstT=FLOAT32        | 3 4          | 3.0 4.0",
        "Cast(a) DstT=INT32          | -1.7 1.7     | -1 1",
        "Squeeze(a)                  | 1 2 : 1 2 1  | 1 2",
        "Squeeze(a) squeeze_dims=[0] | 1 2 : 1 2 1  | 1 2 : 2 1",
        "Squeeze(a) squeeze_dims=[-1]| 1 2 : 1 2 1  | 1 2 : 1 2",
      })
  void oneConstant(String call, String a, String answer) {
    assertThat(value("a = Const " + a + "\ny = " + call)).isEqualTo(answer(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Range(a, b, c)                             | 3   | 11 | 3 | 3 6 9",
        "Range(a, b, c)                             | 5   | 0  | -2 | 5 3 1",
        "Range(a, b, c)                             | 5   | 0  | 2 | : 0",
        "ConcatV2(a, b, c)                          | 1 2 | 3 : 1 | 0 | 1 2 3",
        "GatherV2(d, a, c)                          | 4 0 | 0  | 0 | 15 11",
        "StridedSlice(d, a, b, c)                   | 1 : 1 | 3 : 1 | 1 : 1 | 12 13",
        "StridedSlice(d, a, b, c)                   | -3 : 1 | -1 : 1 | 1 : 1 | 13 14",
        "StridedSlice(d, a, b, c) begin_mask=1      | 3 : 1 | 2 : 1 | 1 : 1 | 11 12",
        "StridedSlice(d, a, b, c) end_mask=1        | 3 : 1 | 0 : 1 | 1 : 1 | 14 15",
        "StridedSlice(d, a, b, c) shrink_axis_mask=1| -2 : 1 | 0 : 1 | 1 : 1 | 14",
      })
  void severalConstants(String call, String a, String b, String c, String answer) {
    String text = "a = Const " + a + "\nb = Const " + b + "\nc = Const " + c;
    assertThat(value(text + "\nd = Const 11 12 13 14 15\ny = " + call)).isEqualTo(answer(answer));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = FloorDiv(a, zero)",
        "y = FloorMod(a, zero)",
        "y = Range(zero, a, zero)",
        "y = GatherV2(v, far, zero)",
        "y = AddV2(a, x)",
        "y = Unknown(a, a)",
        "y = Cast(f) DstT=BOOL",
        "y = Fill(large, zero)",
        "y = StridedSlice(v, one, far, two)",
      })
  void whatCannotBeKnownStaysInTheGraph(String last) {
    String text =
        """
        a = Const 7
        f = Const 7.5
        v = Const 1 2
        zero = Const 0
        far = Const 5 : 1
        one = Const 1 : 1
        two = Const 2 : 1
        large = Const 70000 : 1
        x = Placeholder
        """;
    assertThat(GraphText.fused(text + last)).containsExactly(last);
  }

  @Test
  void aChainIsFoldedAtOnce() {
    assertThat(
            value(
                """
                a = Const 1 2 3
                two = Const 2
                b = Mul(a, two)
                c = AddV2(b, a)
                y = Cast(c) DstT=FLOAT32
                """))
        .isEqualTo(answer("3.0 6.0 9.0"));
  }

  /** As {@code tf.eye} makes one, of which {@code keras.ops.image.extract_patches} is a kernel. */
  @Test
  void theMatrixOfAMainDiagonal() {
    String constants = "a = Const 2.0 3.0\nk = Const 0\nn = Const -1\np = Const 0.0\n";
    assertThat(value(constants + "y = MatrixDiagV3(a, k, n, n, p)"))
        .isEqualTo(answer("2.0 0.0 0.0 3.0 : 2 2"));
  }

  private static String value(String text) {
    Graph graph = Fusion.fuse(GraphText.model(text));
    return describe(graph.node("y").orElseThrow().tensorAttr("value"));
  }

  private static String answer(String text) {
    return describe(GraphText.constant(text.strip()));
  }

  private static String describe(io.github.tf2torch.tensor.TensorValue value) {
    return value + " " + java.util.Arrays.toString(value.doubles());
  }
}

package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BiasTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[3,3,2,4] | [4]       | Conv2D(x, k)                     | BiasAdd(p, b)",
        "[3,3,2,4] | [4]       | Conv2D(x, k) data_format=NCHW    | BiasAdd(p, b) data_format=NCHW",
        "[3,3,2,4] | [4]       | Conv2D(x, k)                     | AddV2(p, b)",
        "[3,3,2,4] | [4]       | Conv2D(x, k)                     | Add(b, p)",
        "[3,3,2,2] | [4]       | DepthwiseConv2dNative(x, k)      | AddV2(p, b)",
        "[5,4]     | [4]       | MatMul(x, k)                     | BiasAdd(p, b)",
        "[5,4]     | [4]       | MatMul(x, k)                     | BiasAdd(p, b) data_format=NCHW",
        "[5,4]     | [4]       | MatMul(x, k)                     | AddV2(p, b)",
        "[4,5]     | [4]       | MatMul(x, k) transpose_b=true    | AddV2(p, b)",
        "[5,1]     | [1]       | MatMul(x, k)                     | AddV2(p, b)",
      })
  void aVectorAlongTheChannelsIsTheBias(String kernel, String bias, String product, String sum) {
    assertThat(fused(kernel, bias, product, sum))
        .singleElement()
        .asString()
        .startsWith("y = " + product.substring(0, product.indexOf('(')) + "(x, k, b)")
        .contains("fused_bias=true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[3,3,2,4] | [4] | Conv2D(x, k) data_format=NCHW | AddV2(p, b)",
        "[3,3,2,4] | [4] | Conv2D(x, k) data_format=NCHW | BiasAdd(p, b)",
        "[3,3,2,4] | [4] | Conv2D(x, k)                  | BiasAdd(p, b) data_format=NCHW",
        "[3,3,2,4] | [4] | Conv2D(x, k)                  | Sub(p, b)",
        "[3,3,2,4] | [1] | Conv2D(x, k)                  | AddV2(p, b)",
        "[3,3,2,2] | [2] | DepthwiseConv2dNative(x, k)   | AddV2(p, b)",
        "[5,4]     | [5] | MatMul(x, k) transpose_b=true | Mul(p, b)",
        "[4,4]     | [1] | MatMul(x, k)                  | AddV2(p, b)",
        "[5,4]     | [3,4] | MatMul(x, k)                | AddV2(p, b)",
      })
  void whatOnlyLooksAlikeStaysASum(String kernel, String bias, String product, String sum) {
    assertThat(fused(kernel, bias, product, sum))
        .hasSize(2)
        .noneMatch(l -> l.contains("fused_bias"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[3,3,2,4] | Conv2D(x, k)                  | 1 1 1 4   | true",
        "[3,3,2,4] | Conv2D(x, k)                  | 4 1 1     | false",
        "[3,3,2,4] | Conv2D(x, k)                  | 1 1 1 1 4 | false",
        "[3,3,2,4] | Conv2D(x, k) data_format=NCHW | 4 1 1     | true",
        "[3,3,2,4] | Conv2D(x, k) data_format=NCHW | 1 4 1 1   | true",
        "[3,3,2,4] | Conv2D(x, k) data_format=NCHW | 1 4 1     | false",
        "[5,4]     | MatMul(x, k)                  | 1 4       | true",
        "[5,4]     | MatMul(x, k)                  | 4 1       | false",
        "[5,4]     | MatMul(x, k)                  | 1 1 4     | false",
      })
  void aVectorInAShapeForBroadcastingMustLieAlongTheChannels(
      String kernel, String product, String shape, boolean fits) {
    String text = weights(kernel, "[4]") + "to = Const " + shape + "\nr = Reshape(b, to)\np = ";
    assertThat(GraphText.fused(text + product + "\ny = AddV2(p, r)"))
        .anyMatch(l -> l.contains("(x, k, b)") == fits);
  }

  @Test
  void aProductThatOthersReadKeepsNoBias() {
    String text = weights("[5,4]", "[4]") + "p = MatMul(x, k)\ns = AddV2(p, b)\ny = Mul(s, p)";
    assertThat(GraphText.fused(text))
        .containsExactly("p = MatMul(x, k)", "s = AddV2(p, b)", "y = Mul(s, p)");
  }

  @Test
  void aProductThatTheModelAnswersKeepsNoBias() {
    String text = weights("[5,4]", "[4]") + "p = MatMul(x, k)\ny = AddV2(p, b)";
    assertThat(GraphText.fused(text, "p")).containsExactly("p = MatMul(x, k)", "y = AddV2(p, b)");
  }

  @Test
  void oneBiasIsEnough() {
    String text =
        weights("[5,4]", "[4]")
            + "c = VariableV2 [4]\np = MatMul(x, k)\ns = AddV2(p, b)\ny = AddV2(s, c)";
    assertThat(GraphText.fused(text))
        .containsExactly("s = MatMul(x, k, b) fused_bias=true", "y = AddV2(s, c)");
  }

  private static String weights(String kernel, String bias) {
    return "x = Placeholder\nk = VariableV2 " + kernel + "\nb = VariableV2 " + bias + "\n";
  }

  private static java.util.List<String> fused(
      String kernel, String bias, String product, String sum) {
    return GraphText.fused(weights(kernel, bias) + "p = " + product + "\ny = " + sum);
  }
}

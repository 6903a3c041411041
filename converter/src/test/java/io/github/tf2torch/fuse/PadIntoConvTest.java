package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PadIntoConvTest {
  private static final String SYMMETRIC = "0 0 1 1 2 2 0 0";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Pad(x, p)         | Conv2D(q, k)                  | 0 0 1 1 2 2 0 0",
        "Pad(x, p)         | Conv2D(q, k) strides=[1,2,2,1]| 0 0 3 3 3 3 0 0",
        "Pad(x, p)         | DepthwiseConv2dNative(q, k)   | 0 0 1 1 2 2 0 0",
        "Pad(x, p)         | Conv2D(q, k) data_format=NCHW | 0 0 0 0 1 1 2 2",
        "PadV2(x, p, zero) | Conv2D(q, k)                  | 0 0 1 1 2 2 0 0",
      })
  void symmetricZerosAreTheConvolutionsOwn(String pad, String conv, String pads) {
    assertThat(fused(pad, conv, pads))
        .singleElement()
        .asString()
        .contains("(x, k)")
        .contains("explicit_paddings=[" + pads.replace(' ', ',') + "]", "padding=EXPLICIT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Pad(x, p)        | Conv2D(q, k)                  | 0 0 0 1 0 1 0 0",
        "Pad(x, p)        | Conv2D(q, k)                  | 0 0 1 1 1 0 0 0",
        "Pad(x, p)        | Conv2D(q, k)                  | 1 1 1 1 1 1 0 0",
        "Pad(x, p)        | Conv2D(q, k)                  | 0 0 1 1 1 1 1 1",
        "Pad(x, p)        | Conv2D(q, k) data_format=NCHW | 0 0 1 1 2 2 0 0",
        "Pad(x, p)        | Conv2D(q, k) padding=SAME     | 0 0 1 1 2 2 0 0",
        "PadV2(x, p, one) | Conv2D(q, k)                  | 0 0 1 1 2 2 0 0",
        "MirrorPad(x, p)  | Conv2D(q, k)                  | 0 0 1 1 2 2 0 0",
        "Pad(x, p)        | MaxPool(q, k) padding=VALID   | 0 0 1 1 2 2 0 0",
      })
  void whatOnlyLooksAlikeIsPaddedApart(String pad, String conv, String pads) {
    assertThat(fused(pad, conv, pads)).hasSize(2).noneMatch(l -> l.contains("EXPLICIT"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"z = Relu(q)\ny = Mul(c, z)", "y = Concat(c, q)"})
  void aPaddedTensorThatOthersReadIsPaddedApart(String others) {
    String text = weights(SYMMETRIC) + "q = Pad(x, p)\nc = Conv2D(q, k)\n" + others;
    assertThat(GraphText.fused(text)).contains("q = Pad(x, p)", "c = Conv2D(q, k)");
  }

  @Test
  void aPaddedTensorThatTheModelAnswersIsPaddedApart() {
    String text = weights(SYMMETRIC) + "q = Pad(x, p)\ny = Conv2D(q, k)";
    assertThat(GraphText.fused(text, "q")).containsExactly("q = Pad(x, p)", "y = Conv2D(q, k)");
  }

  @Test
  void paddingThatIsComputedIsPaddedApart() {
    String text = weights(SYMMETRIC) + "w = Placeholder\nq = Pad(x, w)\ny = Conv2D(q, k)";
    assertThat(GraphText.fused(text)).containsExactly("q = Pad(x, w)", "y = Conv2D(q, k)");
  }

  private static String weights(String pads) {
    return """
        x = Placeholder
        k = VariableV2 [3,5,2,4]
        zero = Const 0.0
        one = Const 1.0
        p = Const %s : 4 2
        """
        .formatted(pads);
  }

  private static List<String> fused(String pad, String conv, String pads) {
    return GraphText.fused(weights(pads) + "q = " + pad + "\ny = " + conv);
  }
}

package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiluTest {
  private static final String SOURCES =
      """
      x = Placeholder
      z = Placeholder
      one = Const 1.0
      other = Const 1.702
      ones = Const 1.0 1.0
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s = Sigmoid(x); y = Mul(x, s)",
        "s = Sigmoid(x); y = Mul(s, x)",
        "t = Mul(one, x); s = Sigmoid(t); y = Mul(x, s)",
        "t = Mul(x, one); s = Sigmoid(t); y = Mul(s, x)",
      })
  void aTensorTimesItsSigmoidIsSilu(String text) {
    assertThat(GraphText.fused(SOURCES + text.replace("; ", "\n")))
        .containsExactly("y = fused.Silu(x)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s = Sigmoid(z); y = Mul(x, s)",
        "s = Tanh(x); y = Mul(x, s)",
        "s = Sigmoid(x); y = AddV2(x, s)",
        "t = Mul(other, x); s = Sigmoid(t); y = Mul(x, s)",
        "t = Mul(ones, x); s = Sigmoid(t); y = Mul(x, s)",
        "t = AddV2(one, x); s = Sigmoid(t); y = Mul(x, s)",
        "s = Sigmoid(x); y = Mul(s, s)",
      })
  void whatOnlyLooksAlikeIsNot(String text) {
    assertThat(GraphText.fused(SOURCES + text.replace("; ", "\n")))
        .noneMatch(l -> l.contains("Silu"));
  }

  @Test
  void aSigmoidThatOthersReadStaysBesideIt() {
    assertThat(GraphText.fused(SOURCES + "s = Sigmoid(x)\ny = Mul(x, s)", "s"))
        .containsExactly("s = Sigmoid(x)", "y = fused.Silu(x)");
  }
}

package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeluTest {
  private static final String SOURCES =
      """
      x = Placeholder
      z = Placeholder
      half = Const 0.5
      one = Const 1.0
      three = Const 3.0
      root = Const 0.70710677
      two = Const 1.4142135
      k = Const 0.044715
      pi = Const 0.7978846
      other = Const 0.7
      quick = Const 1.702
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Keras 3
        "h = Mul(half, x); n = Neg(x); s = Mul(n, root); e = Erfc(s); y = Mul(h, e) | erfc | 0.70710677",
        "s = Mul(x, root); n = Neg(s); e = Erfc(n); h = Mul(e, half); y = Mul(x, h) | erfc | 0.70710677",
        // tf.nn.gelu
        "h = Mul(half, x); s = Mul(x, root); e = Erf(s); a = AddV2(one, e); y = Mul(h, a) | erf | 0.70710677",
      })
  void halfOfATensorTimesOneAndItsErrorFunctionIsGelu(String text, String function, String root) {
    assertThat(GraphText.fused(SOURCES + text.replace("; ", "\n")))
        .containsExactly("y = fused.Gelu(x) divides=false function=" + function + " root=" + root);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // BERT
        "s = RealDiv(x, two); e = Erf(s); a = AddV2(e, one); c = Mul(half, a); y = Mul(x, c)",
        "s = RealDiv(x, two); e = Erf(s); a = Add(one, e); c = Mul(a, x); y = Mul(c, half)",
      })
  void aGraphThatDividesByTheRootOfTwoKeepsThatNumber(String text) {
    assertThat(GraphText.fused(SOURCES + text.replace("; ", "\n")))
        .containsExactly("y = fused.Gelu(x) divides=true function=erf root=1.4142135");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c = Pow(x, three); b = Mul(k, c)",
        "q = Mul(x, x); c = Mul(q, x); b = Mul(c, k)",
        "q = Square(x); c = Mul(x, q); b = Mul(c, k)",
      })
  void theCubeMayBeMadeInSeveralWays(String cube) {
    String text =
        cube
            + "; s = AddV2(x, b); m = Mul(pi, s); t = Tanh(m); a = AddV2(one, t); h = Mul(half, x)";
    assertThat(GraphText.fused(SOURCES + (text + "; y = Mul(h, a)").replace("; ", "\n")))
        .containsExactly("y = fused.Gelu(x) divides=false function=tanh root=0.7978846");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h = Mul(half, x); s = Mul(x, other); e = Erf(s); a = AddV2(one, e); y = Mul(h, a)",
        "h = Mul(half, z); s = Mul(x, root); e = Erf(s); a = AddV2(one, e); y = Mul(h, a)",
        "h = Mul(one, x); s = Mul(x, root); e = Erf(s); a = AddV2(one, e); y = Mul(h, a)",
        "h = Mul(half, x); s = Mul(x, root); e = Erfc(s); y = Mul(h, e)",
        "h = Mul(half, x); s = Mul(x, root); e = Tanh(s); a = AddV2(one, e); y = Mul(h, a)",
        "h = Mul(half, x); s = Mul(x, root); e = Erf(s); a = AddV2(half, e); y = Mul(h, a)",
        "h = Mul(half, x); q = Mul(x, x); b = Mul(q, k); s = AddV2(x, b); m = Mul(pi, s); t = Tanh(m);"
            + " a = AddV2(one, t); y = Mul(h, a)",
        "h = Mul(half, x); s = Mul(x, root); e = Erf(s); a = AddV2(one, e); y = Mul(h, a) T=FLOAT64",
      })
  void whatOnlyLooksAlikeIsNot(String text) {
    assertThat(GraphText.fused(SOURCES + text.replace("; ", "\n")))
        .noneMatch(l -> l.contains("Gelu"));
  }
}

package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingLookupTest {
  private static final String SOURCES =
      """
      i = Placeholder
      t = VariableV2 [3, 4]
      axis = Const 0
      other = Const 1
      zero = Const 0
      three = Const 3
      """;

  @Test
  void rowsOfAVariableAreAnEmbedding() {
    assertThat(fused("y = GatherV2(t, i, axis)"))
        .containsExactly("y = fused.Embedding(t, i) from_end=false variable=t");
  }

  @Test
  void indicesFromTheEndAreSaidToBe() {
    assertThat(
            fused(
                "l = Less(i, zero); a = AddV2(i, three); s = SelectV2(l, a, i); y = GatherV2(t, s, axis)"))
        .containsExactly("y = fused.Embedding(t, i) from_end=true variable=t");
  }

  @Test
  void allRowsInTheirOrderAreTheVariable() {
    assertThat(
            fused(
                "r = Const 0 1 2; l = Less(r, zero); a = AddV2(r, three); s = SelectV2(l, a, r);"
                    + " g = GatherV2(t, s, axis); y = AddV2(g, i)"))
        .contains("y = AddV2(g, i)", "g = Identity(t)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = GatherV2(t, i, other)",
        "y = GatherV2(t, i, axis) batch_dims=1",
        "g = GatherV2(t, i, axis); y = MatMul(g, t) transpose_b=true",
        "f = Const 1.0 2.0 3.0 4.0 : 2 2; y = GatherV2(f, i, axis)",
      })
  void whatIsReadInAnotherWayTooIsNone(String text) {
    assertThat(fused(text)).noneMatch(l -> l.contains("Embedding"));
  }

  private static java.util.List<String> fused(String text) {
    return GraphText.fused(SOURCES + text.replace("; ", "\n"));
  }
}

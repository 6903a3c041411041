package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FusedBatchNormTest {
  private static final String WEIGHTS =
      """
      x = Placeholder
      g = VariableV2 [2]
      b = VariableV2 [2]
      m = VariableV2 [2]
      v = VariableV2 [2]
      """;

  @ParameterizedTest
  @ValueSource(strings = {"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"})
  void everyVersionIsOneModule(String op) {
    assertThat(GraphText.fused(WEIGHTS + "y = " + op + "(x, g, b, m, v) epsilon=0.01"))
        .containsExactly(
            "y = fused.BatchNorm(x, m, v, g, b) axis=-1 center=true epsilon=0.01 rank=4 scale=true");
  }

  @ParameterizedTest
  @CsvSource({"NHWC, -1, 4", "NCHW, -3, 4", "NDHWC, -1, 5", "NCDHW, -4, 5"})
  void theFormatSaysTheAxisOfTheChannels(String format, int axis, int rank) {
    assertThat(
            GraphText.fused(WEIGHTS + "y = FusedBatchNormV3(x, g, b, m, v) data_format=" + format))
        .singleElement()
        .asString()
        .contains(" axis=" + axis + " ", " rank=" + rank + " ");
  }

  @Test
  void normalizationByTheBatchAloneIsNoModule() {
    assertThat(GraphText.fused(WEIGHTS + "y = FusedBatchNormV3(x, g, b, m, v) is_training=true"))
        .containsExactly("y = FusedBatchNormV3(x, g, b, m, v) is_training=true");
  }

  @Test
  void aReaderOfTheStatisticsThatItAnswersKeepsIt() {
    String text = WEIGHTS + "n = FusedBatchNormV3(x, g, b, m, v)\nr = Reshape(n, n:1)\ny = Relu(r)";
    assertThat(GraphText.fused(text)).contains("n = FusedBatchNormV3(x, g, b, m, v)");
  }

  @Test
  void anOutputOfTheModelThatIsAStatisticKeepsIt() {
    assertThat(GraphText.fused(WEIGHTS + "n = FusedBatchNormV3(x, g, b, m, v)\ny = Relu(n)", "n:2"))
        .contains("n = FusedBatchNormV3(x, g, b, m, v)");
  }
}

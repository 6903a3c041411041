package io.github.tf2torch.samples.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each against the other, and both against what TensorFlow in Python had in these steps
 * (make_checkpoint.py).
 */
class ResumeTrainingTest {
  private static final Path SAMPLE = Path.of("resume-training");

  /** One batch in float32; rounding grows by the step, oneDNN's the most: 2e-4 in the fourth. */
  private static final double FIRST = 2e-5;

  private static final double LATER = 5e-3;

  /**
   * The steps in front of the checkpoint are TensorFlow's on the machine at hand: with another
   * rounding, such as oneDNN's, they lead to losses that are 5 % off, later ones 20 %.
   */
  private static final double ELSEWHERE = 0.1;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nesterov", "adam"})
  void pytorchMeetsTheLossesOfTensorflow(String optimizer) throws Exception {
    ResumeTraining.Losses losses = ResumeTraining.run(optimizer, SAMPLE, folder);
    JsonNode recorded =
        new ObjectMapper().readTree(SAMPLE.resolve("losses.json").toFile()).path(optimizer);
    assertThat(losses.tensorflow()).hasSize(15).hasSize(recorded.size());
    assertThat(losses.torch64()).hasSize(15);
    for (int i = 0; i < 15; i++) {
      double wanted = losses.tensorflow().get(i);
      assertThat(losses.torch().get(i))
          .as("PyTorch in step %d", i)
          .isCloseTo(wanted, within((i < 2 ? FIRST : LATER) * wanted));
      assertThat(losses.torch64().get(i))
          .as("step %d in float64", i)
          .isCloseTo(losses.tf64().get(i), within(1e-12));
    }
    for (int i = 0; i < 3; i++) {
      double there = recorded.get(i).asDouble();
      assertThat(losses.torch().get(i)).isCloseTo(there, within(ELSEWHERE * there));
    }
  }
}

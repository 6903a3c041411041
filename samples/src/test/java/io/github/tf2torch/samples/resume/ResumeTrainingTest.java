package io.github.tf2torch.samples.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the losses that TensorFlow in Python had in these steps (make_checkpoint.py). */
class ResumeTrainingTest {
  private static final Path SAMPLE = Path.of("resume-training");

  /** One batch in float32; rounding grows by the step, as each starts where the last has led. */
  private static final double FIRST = 2e-5;

  private static final double LATER = 2e-3;

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
      double wanted = recorded.get(i).asDouble();
      double bound = (i < 5 ? FIRST : LATER) * wanted;
      assertThat(losses.tensorflow().get(i))
          .as("TensorFlow, %d", i)
          .isCloseTo(wanted, within(bound));
      assertThat(losses.torch().get(i)).as("PyTorch, %d", i).isCloseTo(wanted, within(bound));
      assertThat(losses.torch64().get(i))
          .as("in float64, %d", i)
          .isCloseTo(losses.tf64().get(i), within(1e-12));
    }
  }
}

package io.github.tf2torch.samples.thepost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThePostTest {
  @TempDir Path folder;

  @Test
  void bothFrameworksTakeThePostsSteps() throws IOException {
    ThePost.Run run = ThePost.run(Experiment.PLAIN, Path.of(""), folder, 12);
    assertThat(run.tf32()).hasSize(12);
    for (int i = 0; i < 12; i++) {
      double printed = Double.parseDouble(Experiment.PLAIN.tensorflow(i));
      assertThat(run.tf32().get(i)).isCloseTo(printed, within(2e-5));
      assertThat(run.tf64().get(i)).isCloseTo(printed, within(2e-5));
      assertThat(run.torch64().get(i)).isCloseTo(run.tf64().get(i), within(1e-12));
    }
  }

  @Test
  void dropoutDropsTheSameInBoth() throws IOException {
    ThePost.Run run = ThePost.run(Experiment.DROPOUT, Path.of(""), folder, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(run.torch32().get(i)).isCloseTo(run.tf32().get(i), within(1e-4));
      assertThat(run.torch64().get(i)).isCloseTo(run.tf64().get(i), within(1e-6));
    }
  }
}

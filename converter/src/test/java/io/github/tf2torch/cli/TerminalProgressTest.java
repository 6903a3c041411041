package io.github.tf2torch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
  private final StringWriter err = new StringWriter();

  @Test
  void shortWorkIsSilent() {
    try (TerminalProgress progress = progress(Duration.ofHours(1))) {
      progress.step("reading", 0, 2);
      progress.step("writing", 1, 2);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void workInHandAsPatienceEndsIsSaidThen() throws InterruptedException {
    try (TerminalProgress progress = progress(Duration.ofMillis(1))) {
      progress.step("TensorFlow in float64", 0, 5);
      awaitLines(1);
    }
    assertThat(err.toString().lines()).containsExactly("TensorFlow in float64 ...");
  }

  @Test
  void eachPieceOfWorkIsSaidOnce() throws InterruptedException {
    try (TerminalProgress progress = progress(Duration.ofMillis(1))) {
      progress.step("weights", 0, 9);
      awaitLines(1);
      progress.step("weights", 1, 9);
      progress.step("weights", 2, 9);
      progress.step("comparing", 0, 1);
      progress.step("comparing", 1, 1);
    }
    assertThat(err.toString().lines()).containsExactly("weights ...", "comparing ...");
  }

  private TerminalProgress progress(Duration patience) {
    return new TerminalProgress(new PrintWriter(err), false, patience);
  }

  private void awaitLines(int count) throws InterruptedException {
    for (int i = 0; i < 1000 && err.toString().lines().count() < count; i++) {
      Thread.sleep(5);
    }
  }
}

package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import io.github.tf2torch.interop.InteropScript;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A BatchNormalization of Keras with {@code trainable=False} stays in inference in train(). */
class FrozenBatchNormInPythonTest {
  private static final Path FIXTURES = Path.of("src/test/resources/keras");

  @TempDir Path folder;

  @Test
  void trainingModeAnswersAsKerasDoesAndMovesNoStatistics() throws Exception {
    Path out = folder.resolve("out");
    String source = FIXTURES.resolve("frozen_bn.keras").toString();
    assertThat(Main.commandLine().execute("convert", source, "-o", out.toString())).isZero();
    assertThat(Files.readString(out.resolve("model.py")))
        .contains("class FrozenBatchNorm2d(nn.BatchNorm2d):");
    InteropScript.run(
        folder,
        "check_frozen.py",
        out,
        FIXTURES.resolve("frozen_bn_input.npy"),
        FIXTURES.resolve("frozen_bn_output.npy"));
  }
}

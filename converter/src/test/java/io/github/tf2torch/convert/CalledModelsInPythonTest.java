package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import io.github.tf2torch.interop.InteropScript;
import io.github.tf2torch.read.keras.KerasFixtures;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that tf.keras 2 has called inside of another one, some of them more than once. */
class CalledModelsInPythonTest {
  @TempDir Path folder;

  @Test
  void aModelOfModelsAnswersAsKerasDoes() throws Exception {
    Path source = KerasFixtures.unpack("called.h5", folder);
    Path out = folder.resolve("out");
    assertThat(Main.commandLine().execute("convert", source.toString(), "-o", out.toString()))
        .isZero();
    InteropScript.run(
        folder, "check_called.py", out, Path.of("src/test/resources/keras/layouts.json"));
  }
}

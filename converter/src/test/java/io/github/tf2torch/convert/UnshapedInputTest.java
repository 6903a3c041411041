package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import io.github.tf2torch.read.keras.KerasFixtures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A Sequential of TensorFlow 2.0, which does not write the shape that it was built for. */
class UnshapedInputTest {
  @TempDir Path folder;

  @Test
  void isRefusedWithWhatToDoAndStillGivesItsWeights() throws Exception {
    String source = KerasFixtures.unpack("unshaped.h5", folder).toString();
    StringWriter errors = new StringWriter();
    CommandLine line = Main.commandLine().setErr(new PrintWriter(errors, true));
    assertThat(line.execute("convert", source, "-o", folder.resolve("no").toString())).isEqualTo(4);
    assertThat(errors.toString())
        .contains("does not say the shape of the model's input, which \"c\" takes")
        .contains("put keras.Input(shape) before its layers");
    Path weights = folder.resolve("weights");
    String targets = "safetensors,pt";
    assertThat(line.execute("convert", source, "--to", targets, "-o", weights.toString())).isZero();
    assertThat(weights.resolve("model.safetensors")).exists();
  }
}

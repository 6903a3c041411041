package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code convert --raw} wrote, read by the real safetensors library and held against
 * TensorFlow's own reader of checkpoints, bit for bit.
 */
class RawInPythonTest {
  @TempDir Path folder;

  @Test
  void everyTensorIsTheOneThatTensorFlowReads() throws Exception {
    Path out = folder.resolve("out");
    CommandRun raw = CommandRun.of("convert", "mnist-cnn/saved_model", "--raw", "-o", out);
    assertThat(raw.status()).as(raw.err()).isZero();
    check(out, "mnist-cnn/saved_model/variables/variables");
  }

  private void check(Path out, String source) throws IOException, InterruptedException {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    File log = folder.resolve("check_raw.log").toFile();
    Process process =
        new ProcessBuilder(python, "../interop/check_raw.py", out.toString(), source)
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("check_raw.py ends").isTrue();
    assertThat(process.exitValue()).as(Files.readString(log.toPath())).isZero();
  }
}

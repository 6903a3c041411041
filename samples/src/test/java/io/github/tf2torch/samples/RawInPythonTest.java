package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
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
    InteropScript.run(folder, "check_raw.py", out, source);
  }
}

package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models of keras.applications, exported by real Keras, ported, and run in the real PyTorch of
 * Python: {@code torch.load(weights_only=True)}, {@code model.py}, {@code
 * load_state_dict(strict=True)}, {@code torch.jit.load}, against what Keras answered.
 */
class KerasInPythonTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"MobileNetV2", "InceptionV3"})
  void portAnswersAsKerasDoes(String name) throws Exception {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    Path model = folder.resolve(name);
    Path out = folder.resolve("out");
    run(python, "make_keras_model.py", name, model.toString(), "--size", "96");
    CommandRun port = CommandRun.of("port", model.resolve("saved_model"), "-o", out);
    assertThat(port.status()).as(port.out() + port.err()).isZero();
    run(
        python,
        "check_port.py",
        out.toString(),
        model.resolve("input.npy").toString(),
        model.resolve("output.npy").toString());
  }

  private void run(String python, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, "../interop/" + script));
    command.addAll(List.of(arguments));
    File log = folder.resolve(script + ".log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", script).isTrue();
    assertThat(process.exitValue()).as("%s, see %s", script, log).isZero();
  }
}

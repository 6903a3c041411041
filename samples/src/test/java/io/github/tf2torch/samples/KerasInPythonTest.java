package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
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
    String python = python();
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

  /**
   * The script behind docs/keras-applications.md: every format, archives, a training step in
   * float64, black and ruff. Both are smooth: where a ReLU is at its edge, float32 rounds to either
   * side, and how far gradients are off then is chance.
   */
  @Test
  void smallArchitecturesHoldInEveryColumn() throws Exception {
    Path results = folder.resolve("results.jsonl");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String[] tool = {java, "-cp", System.getProperty("java.class.path"), Main.class.getName()};
    run(
        python(),
        "check_keras_applications.py",
        "EfficientNetV2B0",
        "ConvNeXtTiny",
        "--tool",
        String.join(" ", tool),
        "--results",
        results.toString());
    assertThat(Files.readAllLines(results))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row).contains("\"savedmodel\"", "\"pt2\"", "\"gradients\""));
  }

  private static String python() {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    return python;
  }

  private void run(String python, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, "../interop/" + script));
    command.addAll(List.of(arguments));
    File log = folder.resolve(script + ".log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", script).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log.toPath())).isZero();
  }
}

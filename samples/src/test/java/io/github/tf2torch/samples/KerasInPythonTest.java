package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import java.nio.file.Files;
import java.nio.file.Path;
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
    InteropScript.python();
    Path model = folder.resolve(name);
    Path out = folder.resolve("out");
    InteropScript.run(folder, "make_keras_model.py", name, model, "--size", "96");
    CommandRun port = CommandRun.of("port", model.resolve("saved_model"), "-o", out);
    assertThat(port.status()).as(port.out() + port.err()).isZero();
    InteropScript.run(
        folder, "check_port.py", out, model.resolve("input.npy"), model.resolve("output.npy"));
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
    InteropScript.run(
        folder,
        "check_keras_applications.py",
        "EfficientNetV2B0",
        "ConvNeXtTiny",
        "--tool",
        String.join(" ", tool),
        "--results",
        results);
    assertThat(Files.readAllLines(results))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row).contains("\"savedmodel\"", "\"pt2\"", "\"gradients\""));
  }
}

package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rule sets that ship, into the real classes of transformers: {@code
 * load_state_dict(strict=True)}, and outputs held against the formulas of the code that the
 * checkpoints come from, or against Keras; their training goes on; and a VGG16 that needs no rule.
 */
class RulesInPythonTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check_text_models.py",
        "check_text_training.py",
        "check_keras_vision.py",
        "check_slim_vision.py",
        "check_vgg16.py"
      })
  void modelsOfTransformersAnswerAsTheirSourceDoes(String script) throws Exception {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    File log = folder.resolve("log").toFile();
    List<String> command =
        List.of(
            python,
            "../interop/" + script,
            folder.resolve("work").toString(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertThat(process.waitFor(8, TimeUnit.MINUTES)).as("%s ends", script).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log.toPath())).isZero();
  }
}

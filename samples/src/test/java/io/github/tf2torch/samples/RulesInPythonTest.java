package io.github.tf2torch.samples;

import io.github.tf2torch.cli.Main;
import java.nio.file.Path;
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
    InteropScript.run(
        8,
        folder,
        script,
        folder.resolve("work"),
        Path.of(System.getProperty("java.home"), "bin", "java"),
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }
}

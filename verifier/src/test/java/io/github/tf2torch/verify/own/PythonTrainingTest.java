package io.github.tf2torch.verify.own;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.check.SourceOptimizerTest;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What model.py has around an optimizer, run by a real PyTorch in Python beside TensorFlow. */
class PythonTrainingTest {
  private static final Path SOURCES = Path.of("src/test/resources/optimizer/sources.zip");

  @TempDir Path folder;
  private String python = "";

  @BeforeEach
  void find() {
    python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
  }

  private Path converted(String name, boolean isStock) throws IOException {
    Path source = SourceOptimizerTest.extracted(SOURCES, name, folder, "model.keras");
    try (Source opened = Source.open(source)) {
      ConvertOptions options = ConvertOptions.defaults().withStockOptimizer(isStock);
      Converter.convert(opened, folder.resolve("out"), options, Progress.silent());
    }
    return source;
  }

  private CheckResult trained(Path source) throws IOException {
    VerifyRequest request =
        VerifyRequest.of(
            source, folder.resolve("out"), InputChoice.drawn(1, 6, 64), Set.of("training"));
    try (Subject subject = Opening.of(request)) {
      return PythonTraining.of(new Examination(subject, Progress.silent()), python).orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "keras3_LossScaleOptimizer_average, false, grad_scaler around the step",
    "keras3_CosineDecay_warm-up, false, KerasSGD",
    "keras3_AdamW, true, of AdamW in Python",
  })
  void modelPyTrainsAsTensorflowDoes(String name, boolean isStock, String said) throws IOException {
    CheckResult check = trained(converted(name, isStock));
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason()).contains(said);
  }

  @Test
  void anotherNumberInItsApplyGradientsIsFound() throws IOException {
    Path source = converted("keras3_global_clipnorm", false);
    Path module = folder.resolve("out/model.py");
    String text = Files.readString(module);
    assertThat(text).contains("0.1 / norm.clamp(min=0.1)");
    Files.writeString(module, text.replace("0.1 / norm.clamp(min=0.1)", "norm.clamp(max=1)"));
    assertThat(trained(source).verdict()).isEqualTo(Verdict.DIFFER);
  }
}

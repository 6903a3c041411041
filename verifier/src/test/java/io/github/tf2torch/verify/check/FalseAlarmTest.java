package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Correct conversions match, whatever is drawn. A source joins by a line. */
class FalseAlarmTest {
  private static final int SEEDS = 4;
  private static final Set<String> CHECKS =
      Set.of("weights", "outputs", "layers", "gradients", "training", "batchnorm", "dropout");

  /** What a source gives no occasion to check; everything else must have run. */
  private static final Map<String, Set<String>> OPEN =
      Map.of(
          "../samples/mnist-cnn/saved_model", Set.of("dropout"),
          "src/test/resources/trainingform/layers/model.meta", Set.of("dropout"),
          "src/test/resources/trainingform/always/model.meta", Set.of("dropout"),
          "src/test/resources/fuse/keras", Set.of("dropout"),
          "src/test/resources/causes/attention.keras", Set.of("batchnorm", "dropout"),
          "src/test/resources/causes/image.keras", Set.of("dropout"),
          "src/test/resources/causes/recurrent.keras", Set.of("batchnorm", "dropout"),
          "src/test/resources/reference/structure.keras", Set.of("dropout"),
          "src/test/resources/engine/doubles.pb", Set.of("batchnorm", "dropout"),
          "src/test/resources/operations/unary.pb", Set.of("batchnorm", "dropout"));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../samples/mnist-cnn/saved_model",
        "src/test/resources/trainingform/layers/model.meta",
        "src/test/resources/trainingform/always/model.meta",
        "src/test/resources/trainingform/drops/model.meta",
        "src/test/resources/fuse/keras",
        "src/test/resources/engine/doubles.pb",
        "src/test/resources/causes/attention.keras",
        "src/test/resources/causes/image.keras",
        "src/test/resources/causes/recurrent.keras",
        "src/test/resources/reference/structure.keras",
        "src/test/resources/operations/unary.pb"
      })
  void noCheckParts(String name) throws IOException {
    Path source = Path.of(name);
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    for (int seed = 1; seed <= SEEDS; seed++) {
      VerifyRequest request =
          new VerifyRequest(
              source, out, seed, Optional.empty(), 3, 5, CHECKS, VerifyRequest.TOLERANCE, 1);
      Report report = Verification.run(request, Progress.silent());
      assertThat(report.verdict())
          .as("seed %d\n%s", seed, report.summary())
          .isEqualTo(Verdict.MATCH);
      assertThat(report.checks())
          .filteredOn(c -> c.verdict() != Verdict.MATCH)
          .as("seed %d\n%s", seed, report.summary())
          .allMatch(c -> c.verdict() == Verdict.NOT_CHECKED)
          .extracting(CheckResult::name)
          .containsExactlyInAnyOrderElementsOf(OPEN.getOrDefault(name, Set.of()));
    }
  }
}

package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Correct conversions match, whatever is drawn. A source joins by a line. */
class FalseAlarmTest {
  private static final int SEEDS = 3;
  private static final Set<String> CHECKS =
      Set.of("weights", "outputs", "layers", "gradients", "training", "batchnorm", "dropout");

  @TempDir Path folder;

  /**
   * A correct conversion.
   *
   * @param open what it gives no occasion to check; everything else must have run
   * @param seeds under which one run alone would be an alarm
   */
  private record Unfaulted(String path, Set<String> open, List<Integer> seeds) {
    Unfaulted under(Integer... others) {
      return new Unfaulted(path, open, List.of(others));
    }

    @Override
    public String toString() {
      return path;
    }
  }

  private static Unfaulted source(String path, String... open) {
    return new Unfaulted(path, Set.of(open), List.of());
  }

  static Stream<Unfaulted> sources() {
    return Stream.of(
        source("../samples/mnist-cnn/saved_model", "dropout"),
        source("src/test/resources/trainingform/layers/model.meta", "dropout"),
        source("src/test/resources/trainingform/always/model.meta", "dropout"),
        source("src/test/resources/trainingform/drops/model.meta"),
        source("src/test/resources/fuse/keras", "dropout"),
        source("src/test/resources/engine/doubles.pb", "batchnorm", "dropout"),
        source("src/test/resources/engine/one_gradient", "batchnorm", "dropout"),
        source("src/test/resources/causes/attention.keras", "batchnorm", "dropout"),
        source("src/test/resources/causes/image.keras", "dropout").under(5, 15, 16),
        source("src/test/resources/causes/pooled.keras", "dropout"),
        source("src/test/resources/causes/resized.keras", "dropout"),
        source("src/test/resources/causes/scaled.pb", "training", "batchnorm", "dropout"),
        source("src/test/resources/causes/summed.keras", "batchnorm", "dropout").under(11),
        source("src/test/resources/causes/recurrent.keras", "batchnorm", "dropout"),
        source("src/test/resources/causes/saturated.keras", "batchnorm", "dropout").under(4, 7, 11),
        source("src/test/resources/reference/attention.keras", "batchnorm", "dropout"),
        source("src/test/resources/reference/structure.keras", "dropout"),
        source("src/test/resources/reference/calls.keras", "training", "batchnorm", "dropout"),
        source("src/test/resources/reference/numbers.keras", "training", "batchnorm", "dropout"),
        source("src/test/resources/reference/signals.keras", "batchnorm"),
        source("src/test/resources/operations/unary.pb", "batchnorm", "dropout"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sources")
  void noCheckParts(Unfaulted unfaulted) throws IOException {
    Path source = Path.of(unfaulted.path());
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    List<Integer> seeds = new ArrayList<>(unfaulted.seeds());
    IntStream.rangeClosed(1, SEEDS).forEach(seeds::add);
    for (int seed : seeds) {
      VerifyRequest request = VerifyRequest.of(source, out, InputChoice.drawn(seed, 3, 5), CHECKS);
      Report report = Verification.run(request, Progress.silent());
      assertThat(report.verdict())
          .as("seed %d\n%s", seed, report.summary())
          .isEqualTo(Verdict.MATCH);
      assertThat(report.checks())
          .filteredOn(c -> c.verdict() != Verdict.MATCH)
          .as("seed %d\n%s", seed, report.summary())
          .allMatch(c -> c.verdict() == Verdict.NOT_CHECKED)
          .extracting(CheckResult::name)
          .containsExactlyInAnyOrderElementsOf(unfaulted.open());
    }
  }
}

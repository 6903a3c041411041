package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ported Keras files against the graph that is built of their layers. */
class KerasFilesTest {
  private static final Path FILES = Path.of("src/test/resources/reference");

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "convolution.keras, 18, 56",
    "pooling.keras, 14, 14",
    "recurrent_maps.keras, 7, 22",
    "keras112_cnn.h5, 10, 9",
    "keras213_cnn.h5, 6, 9",
    "keras231_leaky.h5, 2, 3"
  })
  void computeTheSame(String file, int layers, int gradients, @TempDir Path folder)
      throws IOException {
    Path out = folder.resolve("out");
    try (Source source = Source.open(FILES.resolve(file))) {
      Converter.convert(source, out, ConvertOptions.defaults(), Progress.silent());
    }
    Set<String> checks = Set.of("weights", "outputs", "layers", "gradients", "training");
    VerifyRequest request =
        VerifyRequest.of(FILES.resolve(file), out, InputChoice.drawn(1, 3, 5), checks);
    Report report = Verification.run(request, Progress.silent());
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(check(report, "layers").tensors()).hasSize(layers);
    assertThat(check(report, "gradients").tensors()).hasSize(gradients);
    assertThat(check(report, "outputs").largestError64()).isLessThan(1e-14);
  }

  private static CheckResult check(Report report, String name) {
    return report.checks().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}

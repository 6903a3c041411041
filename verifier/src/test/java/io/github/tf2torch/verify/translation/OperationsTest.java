package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frozen graphs of {@code operations/make_operations.py}; each output is one case of an op. */
class OperationsTest {
  private static final Path GRAPHS = Path.of("src/test/resources/operations");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arrangement",
        "binary",
        "convolution",
        "diagonals",
        "extents",
        "first_years",
        "matrix",
        "normalization",
        "numbering",
        "pooling",
        "reduction",
        "resizing",
        "selection",
        "slicing",
        "unary"
      })
  void answersAsTensorflow(String family, @TempDir Path folder) throws IOException {
    Report report =
        BothEngines.port(
            GRAPHS.resolve(family + ".pb"), ReadOptions.defaults(), folder.resolve("out"));
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
  }
}

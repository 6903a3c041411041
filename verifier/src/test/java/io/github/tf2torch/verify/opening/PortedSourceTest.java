package io.github.tf2torch.verify.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint and the graph beside it, of which a port is made of one. */
class PortedSourceTest {
  private static final Path FOLDER = Path.of("src/test/resources/trainingform/plain");

  @TempDir Path folder;

  private void convert(String source) throws IOException {
    try (Source opened = Source.open(FOLDER.resolve(source))) {
      Converter.convert(
          opened, folder.resolve("out"), ConvertOptions.defaults(), Progress.silent());
    }
  }

  private Report verify(String source) throws IOException {
    return Verification.run(
        VerifyRequest.of(
            FOLDER.resolve(source),
            folder.resolve("out"),
            InputChoice.drawn(1, 2, 5),
            Set.of("weights", "outputs")),
        Progress.silent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.meta", "", "model.index", "model"})
  void thePortOfAGraphIsHeldAgainstItWhicheverFileIsGiven(String given) throws IOException {
    convert("model.meta");
    Report report = verify(given);
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.checks()).hasSize(2);
  }

  @Test
  void theGraphOfAnotherCheckpointIsNotTaken() throws IOException {
    convert("model.meta");
    Path later = Files.createDirectory(folder.resolve("later"));
    Files.copy(FOLDER.resolve("model.meta"), later.resolve("model-250.meta"));
    for (String part : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(FOLDER.resolve("model" + part), later.resolve("model-250" + part));
      Files.copy(FOLDER.resolve("model" + part), later.resolve("model-500" + part));
    }
    assertThatThrownBy(() -> verify(later.resolve("model-500.index").toString()))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("give the .meta file of this checkpoint");
    Report report = verify(later.resolve("model-250.index").toString());
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.settings().get("source")).contains("model-250.meta, as it was converted");
  }

  @Test
  void thePortOfACheckpointIsNotHeldAgainstAGraph() throws IOException {
    convert("model.index");
    assertThatThrownBy(() -> verify("model.meta"))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("was made of a V2 checkpoint")
        .hasMessageContaining("give the checkpoint, not the graph beside it");
  }
}

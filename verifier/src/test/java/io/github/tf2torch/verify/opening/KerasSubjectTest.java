package io.github.tf2torch.verify.opening;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.gradients.DirectionalRun;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The graphs that are built for Keras files, beside their conversions. */
class KerasSubjectTest {
  private static final Path FOLDER = Path.of("src/test/resources/reference");

  @TempDir Path folder;

  private VerifyRequest request(String name, long batch) throws IOException {
    Path source = FOLDER.resolve(name);
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    return VerifyRequest.of(source, out, InputChoice.drawn(1, batch, 5), Set.of("outputs"));
  }

  /** It broadcasts to (2, 4, 3). */
  @Test
  void aBatchThatTheLayersDoNotTakeIsNotChecked() throws IOException {
    Report report = Verification.run(request("rearrangements.keras", 3), Progress.silent());
    assertThat(report.verdict()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(report.summary()).contains("its layers do not take a batch of 3 (--batch)");
  }

  /** {@code ops.stop_gradient} is a layer of the file, and the file has no graph of its own. */
  @Test
  void differencesDoNotGoThroughStopGradient() throws IOException {
    try (Subject subject = Opening.of(request("pointwise.keras", 2))) {
      List<TensorResult> results =
          DirectionalRun.of(new Examination(subject, Progress.silent())).stream()
              .filter(r -> r.name().contains("stop_gradient"))
              .toList();
      assertThat(results).isNotEmpty().noneMatch(r -> r.verdict() == Verdict.DIFFER);
    }
  }
}

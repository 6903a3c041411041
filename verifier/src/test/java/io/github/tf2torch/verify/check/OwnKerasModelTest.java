package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Keras file against what somebody wrote by hand ({@code reference/make_own.py}). */
class OwnKerasModelTest {
  private static final Path FILES = Path.of("src/test/resources/reference");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"own_right.pt, MATCH", "own_wrong.pt, DIFFER"})
  void itsEpsilonIsHeldAgainstKeras(String archive, Verdict verdict) throws IOException {
    OwnTorch own =
        new OwnTorch(FILES.resolve(archive), Optional.empty(), Optional.empty(), Optional.empty());
    VerifyRequest request =
        VerifyRequest.of(
                FILES.resolve("own.keras"),
                folder,
                InputChoice.drawn(1, 3, 5),
                Set.of("weights", "outputs", "gradients"))
            .withOwn(own);
    Report report = Verification.run(request, Progress.silent());
    assertThat(report.verdict()).as(report.summary()).isEqualTo(verdict);
    CheckResult weights =
        report.checks().stream().filter(c -> c.name().equals("weights")).findFirst().orElseThrow();
    assertThat(weights.verdict()).isEqualTo(Verdict.MATCH);
  }
}

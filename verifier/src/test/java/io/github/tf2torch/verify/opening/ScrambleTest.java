package io.github.tf2torch.verify.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.check.LayersCheck;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random biases, gammas and statistics on both sides. */
class ScrambleTest {
  private static final Path HERE = Path.of("src/test/resources");

  @TempDir Path folder;

  private VerifyRequest request(Path source, String... checks) throws IOException {
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    return VerifyRequest.of(source, out, InputChoice.drawn(1, 3, 5), Set.of(checks)).withScramble();
  }

  @ParameterizedTest
  @CsvSource({
    "trainingform/layers/model.meta, 6, 4",
    "reference/keras213_cnn.h5, 5, 2",
    "operations/normalization.pb, 1, 1",
    "engine/doubles.pb, 1, 0"
  })
  void aRightPortStaysRight(String source, int vectors, int positive) throws IOException {
    Report report =
        Verification.run(
            request(HERE.resolve(source), "weights", "outputs", "layers", "gradients"),
            Progress.silent());
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.settings().get("scramble"))
        .contains(" " + vectors + " biases", " " + positive + " gammas");
    assertThat(report.command()).contains(" --scramble ");
    assertThat(report.files().get("model.torchscript.pt")).contains("; not run: ");
  }

  @Test
  void aForgottenBiasThatIsZeroShows() throws IOException {
    VerifyRequest request = request(HERE.resolve("engine/untrained.pb"), "layers");
    assertThat(withoutBias(request, false).verdict()).isEqualTo(Verdict.MATCH);
    CheckResult scrambled = withoutBias(request, true);
    assertThat(scrambled.verdict()).as(scrambled.reason()).isEqualTo(Verdict.DIFFER);
  }

  private static CheckResult withoutBias(VerifyRequest request, boolean isScrambled)
      throws IOException {
    try (Subject subject = Opening.of(request)) {
      Subject compared = isScrambled ? Scramble.of(subject) : subject;
      Subject faulty = compared.withAltered(m -> withoutBias(compared.altered().apply(m)));
      return new LayersCheck().run(new Examination(faulty, Progress.silent()));
    }
  }

  private static TorchModel withoutBias(TorchModel model) {
    return model.withTensors(
        model.tensors().stream()
            .map(
                t ->
                    t.name().endsWith("bias")
                        ? t.with(new TensorExpr.Fill(t.recipe().dtype(), t.recipe().shape(), 0))
                        : t)
            .toList());
  }

  @Test
  void aModelOfOnesOwnTakesNoOtherValues() {
    OwnTorch own =
        new OwnTorch(Path.of("mine.pt"), Optional.empty(), Optional.empty(), Optional.empty());
    VerifyRequest request =
        VerifyRequest.of(Path.of("a"), Path.of("b"), InputChoice.drawn(1, 2, 8), Set.of());
    assertThatThrownBy(() -> request.withOwn(own).withScramble())
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--scramble", "--torch");
  }
}

package io.github.tf2torch.verify.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.check.Ported;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.opening.WidenedScript;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A TorchScript archive that nothing is known of but its file. */
class OwnModelTest {
  @TempDir Path folder;

  private Report verify(Ported ported, Optional<String> layout) throws IOException {
    Path archive = folder.resolve("out/model.torchscript.pt");
    OwnTorch own = new OwnTorch(archive, Optional.empty(), Optional.empty(), layout);
    return Verification.run(
        ported.request("weights", "outputs", "gradients", "training").withOwn(own),
        Progress.silent());
  }

  private static CheckResult check(Report report, String name) {
    return report.checks().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void itsTensorsAreMatchedAndItsOutputsAndGradientsCompared() throws IOException {
    Report report = verify(Ported.into(folder.resolve("out")), Optional.empty());
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(check(report, "weights").reason()).startsWith("14 of 14 tensors");
    assertThat(check(report, "outputs").largestError64()).isLessThan(1e-13);
    assertThat(check(report, "gradients").tensors()).hasSize(11);
    assertThat(check(report, "gradients").largestError64()).isLessThan(1e-13);
    assertThat(check(report, "training").verdict()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(report.settings().get("its inputs"))
        .isEqualTo("channels first; in the other order it fails");
    assertThat(report.command()).contains("--torch ").doesNotContain("--python");
  }

  @Test
  void aWeightThatIsOnePercentLargerIsFoundByNameAndByOutput() throws IOException {
    Ported ported = Ported.into(folder.resolve("out"));
    ported.enlargeInArchive("model.torchscript.pt", "fc1.weight");
    Report report = verify(ported, Optional.empty());
    assertThat(check(report, "weights").firstDifference().map(TensorResult::name))
        .hasValue("fc1.weight");
    assertThat(check(report, "weights").largestError())
        .isCloseTo(0.01, org.assertj.core.api.Assertions.within(1e-4));
    assertThat(check(report, "outputs").verdict()).isEqualTo(Verdict.DIFFER);
  }

  @Test
  void inAnOrderThatItDoesNotTakeItIsRefusedWithWhatItSays() throws IOException {
    Ported ported = Ported.into(folder.resolve("out"));
    assertThatThrownBy(() -> verify(ported, Optional.of("nhwc")))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("does not run on the inputs")
        .hasMessageContaining("channels")
        .hasMessageContaining("--torch-input-layout");
  }

  @Test
  void aStateDictAloneIsNotRun() throws IOException {
    Ported ported = Ported.into(folder.resolve("out"));
    OwnTorch own =
        new OwnTorch(
            folder.resolve("out/model.pt"), Optional.empty(), Optional.empty(), Optional.empty());
    VerifyRequest request = ported.request("weights").withOwn(own);
    assertThatThrownBy(() -> Verification.run(request, Progress.silent()))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("is no TorchScript archive")
        .hasMessageContaining("--python-module FILE.py:Class");
  }

  /** TensorFlow holds such numbers in float32: 0.001 is 0.001000000047497451305389404296875. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "torch.add(var, 0.001)|torch.add(var, 0.0010000000474974513)",
        "f(x, 1e-05, 0.10000000000000001)|f(x, 9.999999747378752e-6, 0.10000000149011612)",
        "x0.1 = self.bn1.weight[:, 2, 16]|x0.1 = self.bn1.weight[:, 2, 16]",
        "g(1.0, -2.5, 1e300)|g(1.0, -2.5, 1e300)",
      })
  void decimalsOfItsCodeBecomeFloat32(String code, String rounded) {
    assertThat(WidenedScript.rounded(code)).isEqualTo(rounded);
  }

  @Test
  void whatIsAskedOfItAreChecksThatThereAre() {
    assertThat(CheckName.ALL).containsAll(Set.copyOf(OwnModel.CHECKS));
  }
}

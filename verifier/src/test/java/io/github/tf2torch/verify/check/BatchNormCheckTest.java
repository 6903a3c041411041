package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.BatchNorm2d;
import io.github.tf2torch.model.target.nn.BiasedBatchNorm;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In training mode: the sample's cond on the flag, and graphs whose training form is another. */
class BatchNormCheckTest {
  @TempDir Path folder;

  private CheckResult check(UnaryOperator<TorchModule> fault) throws IOException {
    Ported ported = Ported.into(folder.resolve("out"));
    try (Subject subject = Opening.of(ported.request("batchnorm"))) {
      UnaryOperator<TorchModel> altered = model -> withModules(model, fault);
      return new BatchNormCheck()
          .run(new Examination(subject.withAltered(altered), Progress.silent()));
    }
  }

  static TorchModel withModules(TorchModel model, UnaryOperator<TorchModule> fault) {
    return model.withModules(
        model.modules().stream()
            .map(m -> new TorchModel.Instance(m.path(), fault.apply(m.module())))
            .toList());
  }

  @Test
  void outputsAndRunningStatisticsAreTensorflows() throws IOException {
    CheckResult check = check(UnaryOperator.identity());
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason()).contains("the graph's own training form").doesNotContain("assumed");
    assertThat(check.tensors().stream().map(TensorResult::name))
        .contains(
            "output logits of 3 batches",
            "bn1 Σ output²",
            "bn2.running_mean after 3 batches",
            "bn2.running_var after 3 batches");
    assertThat(check.largestError64()).isLessThan(1e-13);
  }

  private Report report(String name, String... checks) throws IOException {
    Path source = Path.of("src/test/resources/causes").resolve(name);
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 2, 64), Set.of(checks));
    return Verification.run(request, Progress.silent());
  }

  /** TensorFlow transposes between convolution and normalization, PyTorch doesn't. */
  @Test
  void whatATransposeBroughtChannelsFirstIsNormalizedInThatOrder() throws IOException {
    CheckResult check = report("turned.keras", "batchnorm").checks().get(0);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.tensors())
        .extracting(TensorResult::name)
        .contains("bn.running_mean after 3 batches", "bn.running_var after 3 batches");
  }

  /** Behind another normalization, and with all that drops or adds noise left out on both sides. */
  @Test
  void aMeanThatIsZeroUpToRoundingIsNoDifference() throws IOException {
    Report report = report("zero_mean.keras", "batchnorm", "dropout");
    CheckResult batchnorm = report.checks().get(0);
    assertThat(batchnorm.verdict()).as(batchnorm.reason()).isEqualTo(Verdict.MATCH);
    assertThat(batchnorm.largestError64()).isLessThan(1e-12);
    assertThat(batchnorm.tensors())
        .filteredOn(t -> t.reason().startsWith("zero on both sides"))
        .extracting(TensorResult::name)
        .contains("bn1.running_mean after 3 batches", "bn2.running_mean after 3 batches");
    CheckResult dropout = report.checks().get(1);
    assertThat(dropout.verdict()).as(dropout.reason()).isEqualTo(Verdict.MATCH);
  }

  @Test
  void anotherMomentumIsSeenInTheRunningStatisticsAlone() throws IOException {
    CheckResult check =
        check(
            m ->
                m instanceof BatchNorm2d b
                    ? new BatchNorm2d(b.numFeatures(), b.eps(), 0.01f, b.dtype())
                    : m);
    assertThat(check.tensors())
        .allMatch(t -> (t.verdict() == Verdict.DIFFER) == t.name().contains("running"));
    assertThat(check.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check.reason())
        .contains("bn1: cause: momentum 0.1 of PyTorch's kind", ", 0.01 here", "(model.py, line ");
  }

  @Test
  void aVarianceWithoutBesselsCorrectionIsFound() throws IOException {
    CheckResult check = check(m -> m instanceof BatchNorm2d b ? new BiasedBatchNorm(b) : m);
    assertThat(check.firstDifference().map(TensorResult::name))
        .hasValue("bn1.running_var after 3 batches");
    assertThat(check.reason()).contains("bn1: cause: TensorFlow's running variance has Bessel's");
  }

  @Test
  void anotherEpsilonIsFound() throws IOException {
    CheckResult check =
        check(
            m ->
                m instanceof BatchNorm2d b
                    ? new BatchNorm2d(b.numFeatures(), 1e-3f, b.momentum(), b.dtype())
                    : m);
    assertThat(check.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check.reason()).contains("bn1: cause: epsilon ", ", 0.001 here: set eps=");
  }
}

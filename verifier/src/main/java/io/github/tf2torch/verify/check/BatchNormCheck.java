package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.batchnorm.BatchNormCause;
import io.github.tf2torch.verify.batchnorm.BatchNormRun;
import io.github.tf2torch.verify.dropout.FrozenChoice;
import io.github.tf2torch.verify.dropout.Site;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.own.OwnBatchNorm;
import io.github.tf2torch.verify.own.OwnLayers;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Needs;
import io.github.tf2torch.verify.subject.SourceKind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Does batch normalization train alike? Outputs by the batch's statistics, and running statistics
 * after a few batches: at inference neither is seen.
 */
final class BatchNormCheck implements Check {
  private static final int MOST_NAMED = 3;

  @Override
  public String name() {
    return CheckName.BATCHNORM;
  }

  @Override
  public String question() {
    return "In training mode, are outputs and running statistics the same after a few batches?";
  }

  @Override
  public Optional<String> unaskedOf(SourceKind kind) {
    return Needs.graph(kind);
  }

  @Override
  public CheckResult run(Examination examination) throws IOException {
    return examination.subject().own().isPresent() ? own(examination) : of(examination);
  }

  /** Of a model of one's own, whose layers have to be found first. */
  private static CheckResult own(Examination examination) throws IOException {
    try {
      OwnBatchNorm.Form form = OwnBatchNorm.of(OwnLayers.of(examination));
      if (form.subject().isEmpty()) {
        return CheckResult.notChecked(CheckName.BATCHNORM, form.reason());
      }
      CheckResult result = of(examination.of(form.subject().get()));
      String bessel =
          form.withoutBessel().isEmpty() || result.tensors().isEmpty()
              ? ""
              : "; running_var is held with Bessel's correction on both sides, which nn.BatchNorm"
                  + " has and TensorFlow's "
                  + some(form.withoutBessel())
                  + " has not";
      return result.withReason(result.reason() + bessel);
    } catch (EngineFailure e) {
      return CheckResult.notChecked(
          CheckName.BATCHNORM, "its code can't be run in training: " + e.getMessage());
    }
  }

  private static String some(List<String> paths) {
    return paths.size() <= MOST_NAMED
        ? String.join(", ", paths)
        : String.join(", ", paths.subList(0, MOST_NAMED))
            + " and "
            + (paths.size() - MOST_NAMED)
            + " more";
  }

  private static CheckResult of(Examination examination) throws IOException {
    List<Site> sites = BatchNormRun.sites(examination.subject().torch());
    if (sites.isEmpty()) {
      return CheckResult.notChecked(CheckName.BATCHNORM, "the model has no BatchNorm");
    }
    Optional<Site> unseen = sites.stream().filter(s -> s.input().isEmpty()).findFirst();
    if (unseen.isPresent()) {
      return CheckResult.notChecked(
          CheckName.BATCHNORM,
          "what goes into " + unseen.get().path() + " is no tensor of TensorFlow's graph");
    }
    Optional<String> frozen = FrozenChoice.of(examination.subject());
    if (frozen.isPresent()) {
      return CheckResult.notChecked(CheckName.BATCHNORM, frozen.get());
    }
    BatchNormRun.Outcome outcome = BatchNormRun.of(examination);
    CheckResult result =
        Findings.result(
            CheckName.BATCHNORM,
            "values agree in training mode (" + outcome.how() + ")",
            outcome.results());
    return BatchNormCause.of(examination, outcome.results(), sites)
        .map(cause -> result.withReason(result.reason() + cause))
        .orElse(result);
  }
}

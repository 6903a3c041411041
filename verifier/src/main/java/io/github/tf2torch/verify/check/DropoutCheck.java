package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.dropout.DropoutRun;
import io.github.tf2torch.verify.dropout.FrozenChoice;
import io.github.tf2torch.verify.dropout.KerasDraws;
import io.github.tf2torch.verify.dropout.KerasDropoutRun;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.reference.MissingReference;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.run.WithoutDropout;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.Needs;
import io.github.tf2torch.verify.subject.SourceKind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * With one mask on both sides, is the training output the same? TensorFlow's masks are reproduced
 * from its seeds by Philox and given to PyTorch; PyTorch's are given to TensorFlow.
 */
final class DropoutCheck implements Check {

  @Override
  public String name() {
    return CheckName.DROPOUT;
  }

  @Override
  public String question() {
    return "With the same dropout masks, are the outputs of training mode the same?";
  }

  @Override
  public Optional<String> unaskedOf(SourceKind kind) {
    return Needs.graph(kind);
  }

  @Override
  public CheckResult run(Examination examination) throws IOException {
    if (KerasSide.isOf(examination.subject().tensorflow())) {
      return ofKeras(examination);
    }
    if (DropoutRun.sites(examination.subject().torch()).isEmpty()) {
      return CheckResult.notChecked(CheckName.DROPOUT, without(examination.subject().torch()));
    }
    if (Objective.outputs(examination.subject().torch()).isEmpty()) {
      return CheckResult.notChecked(CheckName.DROPOUT, "no output is a floating point number");
    }
    Optional<String> frozen = FrozenChoice.of(examination.subject());
    if (frozen.isPresent()) {
      return CheckResult.notChecked(CheckName.DROPOUT, frozen.get());
    }
    List<TensorResult> results = DropoutRun.of(examination);
    return results.isEmpty()
        ? CheckResult.notChecked(
            CheckName.DROPOUT,
            "TensorFlow's graph does not drop where the conversion's program does")
        : Findings.result(
            CheckName.DROPOUT,
            "values agree, with TensorFlow's masks in PyTorch and PyTorch's in TensorFlow",
            results);
  }

  private static CheckResult ofKeras(Examination examination) throws IOException {
    if (!KerasDraws.mayBe(examination.subject())) {
      return CheckResult.notChecked(CheckName.DROPOUT, "nothing in the model draws in training");
    }
    try {
      KerasDraws draws = KerasDraws.of(examination.subject());
      if (draws.held().isEmpty() && draws.draws().isEmpty()) {
        return CheckResult.notChecked(CheckName.DROPOUT, "nothing in the model draws in training");
      }
      return Findings.result(
          CheckName.DROPOUT,
          "values agree, with TensorFlow's draws in PyTorch and PyTorch's in TensorFlow; what does"
              + " not draw is as at inference",
          KerasDropoutRun.of(examination, draws));
    } catch (MissingReference e) {
      return CheckResult.notChecked(CheckName.DROPOUT, String.valueOf(e.getMessage()));
    }
  }

  private static String without(TorchModel model) {
    List<String> others = WithoutDropout.drawing(model);
    return others.isEmpty()
        ? "the model has no Dropout"
        : "no mask of TensorFlow's is reproduced for " + String.join(", ", others);
  }
}

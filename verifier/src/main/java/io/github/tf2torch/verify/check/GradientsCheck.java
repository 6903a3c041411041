package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.engine.MissingGradient;
import io.github.tf2torch.verify.gradients.DirectionalRun;
import io.github.tf2torch.verify.gradients.GradientRun;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.GradOutputs;
import io.github.tf2torch.verify.subject.Needs;
import io.github.tf2torch.verify.subject.SourceKind;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Are the gradients the same, of every input and every parameter? TensorFlow's come from its own
 * backward kernels, and each output is weighted by seeded normal numbers: the gradient of a plain
 * sum vanishes behind a softmax.
 */
final class GradientsCheck implements Check {

  @Override
  public String name() {
    return CheckName.GRADIENTS;
  }

  @Override
  public String question() {
    return "Are the gradients of every input and every parameter the same?";
  }

  @Override
  public Optional<String> unaskedOf(SourceKind kind) {
    return Needs.graph(kind);
  }

  @Override
  public CheckResult run(Examination whole) throws IOException {
    Subject subject = whole.subject();
    GradOutputs asked = subject.request().gradOutputs();
    Examination examination =
        asked.outputs().isEmpty()
            ? whole
            : whole.of(subject.withOutputs(asked.of(subject.torch().outputs())));
    if (Objective.outputs(examination.subject().torch()).isEmpty()) {
      return CheckResult.notChecked(CheckName.GRADIENTS, "no output is a floating point number");
    }
    try {
      List<TensorResult> results = GradientRun.of(examination);
      return results.stream().allMatch(r -> r.verdict() == Verdict.NOT_CHECKED)
          ? CheckResult.notChecked(CheckName.GRADIENTS, "every gradient vanishes")
          : Findings.result(CheckName.GRADIENTS, "gradients agree", results);
    } catch (MissingGradient e) {
      return alongDirections(examination, String.valueOf(e.getMessage()));
    }
  }

  private static CheckResult alongDirections(Examination examination, String why)
      throws IOException {
    try {
      List<TensorResult> results = DirectionalRun.of(examination);
      return Findings.result(
          CheckName.GRADIENTS,
          "derivatives in float64 along seeded directions agree (" + why + ")",
          results);
    } catch (MissingGradient e) {
      return CheckResult.notChecked(CheckName.GRADIENTS, String.valueOf(e.getMessage()));
    }
  }
}

package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.engine.FixedBatch;
import io.github.tf2torch.verify.engine.MissingGradient;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Needs;
import io.github.tf2torch.verify.subject.SourceKind;
import io.github.tf2torch.verify.training.OwnStep;
import io.github.tf2torch.verify.training.OwnTrainingRun;
import io.github.tf2torch.verify.training.Trained;
import io.github.tf2torch.verify.training.TrainingCause;
import io.github.tf2torch.verify.training.TrainingRun;
import java.io.IOException;
import java.util.Optional;

/** Do both frameworks train alike? A few steps from the converted weights, on the same inputs. */
final class TrainingCheck implements Check {

  @Override
  public String name() {
    return CheckName.TRAINING;
  }

  @Override
  public String question() {
    return "After a few optimizer steps, are losses, parameters and slots the same?";
  }

  @Override
  public Optional<String> unaskedOf(SourceKind kind) {
    return Needs.graph(kind);
  }

  @Override
  public CheckResult run(Examination examination) throws IOException {
    if (Objective.outputs(examination.subject().torch()).isEmpty()) {
      return CheckResult.notChecked(CheckName.TRAINING, "no output is a floating point number");
    }
    if (Leaves.of(examination.subject()).byName().isEmpty()) {
      return CheckResult.notChecked(CheckName.TRAINING, "there is no parameter to train");
    }
    try {
      OwnStep.Found own = OwnStep.of(examination.subject());
      if (own.impediment().isPresent()) {
        return CheckResult.notChecked(
            CheckName.TRAINING, "the graph's own train op: " + own.impediment().get());
      }
      return own.step().isPresent()
          ? ofOwn(examination, own.step().get())
          : ofSynthetic(examination);
    } catch (MissingGradient e) {
      return CheckResult.notChecked(CheckName.TRAINING, String.valueOf(e.getMessage()));
    }
  }

  private static CheckResult ofOwn(Examination examination, OwnStep own) throws IOException {
    OwnTrainingRun.Result run;
    try {
      run = OwnTrainingRun.of(examination, own);
    } catch (FixedBatch e) {
      return CheckResult.notChecked(
          CheckName.TRAINING, "the graph's own train op: " + e.getMessage());
    }
    if (run.outcome().results().isEmpty()) {
      return CheckResult.notChecked(
          CheckName.TRAINING,
          "the graph's own train op: its loss is another each time, as dropout that nothing"
              + " switches off makes it, and no seeds say which");
    }
    CheckResult result = result("values agree after " + run.description(), run.outcome());
    return caused(result, run.cause());
  }

  private static CheckResult caused(CheckResult result, Optional<TrainingCause.Finding> cause) {
    return cause.map(c -> result.withReason(result.reason() + "; " + c.words())).orElse(result);
  }

  private static CheckResult ofSynthetic(Examination examination) throws IOException {
    TrainingRun.Result run = TrainingRun.of(examination);
    if (run.outcome().results().isEmpty()) {
      return CheckResult.notChecked(
          CheckName.TRAINING, "the outputs depend on no parameter that is trained");
    }
    return caused(result("values agree after " + run.description(), run.outcome()), run.cause());
  }

  private static CheckResult result(String agree, Trained.Outcome outcome) {
    return Findings.result(CheckName.TRAINING, agree, outcome.results())
        .withCurves(outcome.losses());
  }
}

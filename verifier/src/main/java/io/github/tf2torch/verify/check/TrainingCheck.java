package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.engine.MissingGradient;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Do both frameworks train alike? A few steps from the converted weights, on the same inputs. */
final class TrainingCheck implements Check {
  static final String NAME = "training";

  @Override
  public String name() {
    return NAME;
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
    Optional<String> impediment = examination.impediment();
    if (impediment.isPresent()) {
      return CheckResult.notChecked(NAME, impediment.get());
    }
    if (Objective.outputs(examination.subject().torch()).isEmpty()) {
      return CheckResult.notChecked(NAME, "no output is a floating point number");
    }
    try {
      TrainingRun.Outcome outcome = TrainingRun.of(examination);
      List<TensorResult> results = outcome.results();
      return results.isEmpty()
          ? CheckResult.notChecked(NAME, "the outputs depend on no parameter")
          : Findings.result(NAME, "values agree after " + TrainingRun.DESCRIPTION, results)
              .withCurves(outcome.losses());
    } catch (MissingGradient e) {
      return CheckResult.notChecked(NAME, String.valueOf(e.getMessage()));
    }
  }
}

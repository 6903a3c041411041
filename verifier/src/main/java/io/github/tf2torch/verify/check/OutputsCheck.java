package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.ExchangedOutputs;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Needs;
import io.github.tf2torch.verify.subject.SourceKind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Do both frameworks give the same? PyTorch runs the conversion's own archive. */
final class OutputsCheck implements Check {

  @Override
  public String name() {
    return CheckName.OUTPUTS;
  }

  @Override
  public String question() {
    return "Do both frameworks give the same outputs?";
  }

  @Override
  public Optional<String> unaskedOf(SourceKind kind) {
    return Needs.graph(kind);
  }

  @Override
  public CheckResult run(Examination examination) throws IOException {
    List<TensorResult> outputs = examination.forward().outputs();
    CheckResult result = Findings.result(CheckName.OUTPUTS, "outputs agree", outputs);
    return result.verdict() == Verdict.DIFFER
        ? ExchangedOutputs.of(examination.subject(), outputs)
            .map(cause -> result.withReason(result.reason() + "; " + cause))
            .orElse(result)
        : result;
  }
}

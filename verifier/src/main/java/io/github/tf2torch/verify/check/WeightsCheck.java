package io.github.tf2torch.verify.check;

import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.verify.own.OwnWeights;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.SourceKind;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Does every written tensor lead back to its source? Its bytes must have the recorded checksum, and
 * the inverse of its recipe must give the variable bit for bit; a recipe without an inverse is
 * computed again. The other files must hold the same bytes.
 */
final class WeightsCheck implements Check {
  @Override
  public String name() {
    return CheckName.WEIGHTS;
  }

  @Override
  public String question() {
    return "Does every written tensor lead back to its source, bit for bit?";
  }

  @Override
  public Optional<String> unaskedOf(SourceKind kind) {
    return Optional.empty();
  }

  /** It reads files, and runs nothing. */
  @Override
  public Optional<String> impediment(Examination examination) {
    return Optional.empty();
  }

  @Override
  public CheckResult run(Examination examination) throws IOException {
    Subject subject = examination.subject();
    if (subject.own().isPresent()) {
      return OwnWeights.check(subject, subject.own().get());
    }
    if (!subject.has(Subject.WEIGHTS)) {
      return CheckResult.notChecked(
          CheckName.WEIGHTS, Subject.WEIGHTS + " is not there; convert --to safetensors");
    }
    try (SafetensorsFile file = SafetensorsFile.open(subject.file(Subject.WEIGHTS))) {
      if (subject.torch().tensors().isEmpty() && file.entries().isEmpty()) {
        return new CheckResult(
            CheckName.WEIGHTS, Verdict.MATCH, "the model holds no tensors", false, List.of());
      }
      return new WeightsProof(subject, file).run(examination.progress());
    }
  }
}

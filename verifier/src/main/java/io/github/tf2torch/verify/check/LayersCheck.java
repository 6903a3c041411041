package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where do they first part? Every tensor that both compute, in the order of computation. */
final class LayersCheck implements Check {
  static final String NAME = "layers";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String question() {
    return "Where do they first part? Every tensor in between, in the order of computation.";
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
    List<TensorResult> results = examination.forward().layers();
    if (results.isEmpty()) {
      return CheckResult.notChecked(NAME, "the program has no floating point tensor in between");
    }
    return withCause(
        examination.subject(), Findings.result(NAME, "layer boundaries agree", results));
  }

  private static CheckResult withCause(Subject subject, CheckResult result) throws IOException {
    Optional<TensorResult> first = result.firstDifference();
    if (first.isEmpty()) {
      return result;
    }
    String cause =
        Cause.of(subject, first.get().name())
            .map(c -> "; cause: " + c.cause() + ", and the difference vanishes")
            .orElse("; no known cause makes the difference vanish");
    return new CheckResult(
        result.name(),
        result.verdict(),
        result.reason() + cause,
        result.ranBothEngines(),
        result.tensors());
  }
}

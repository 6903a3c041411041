package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.SourceKind;
import java.io.IOException;
import java.util.Optional;

/** A question that a verification asks of a port. */
interface Check {
  /** What {@code --checks} and the report call it. */
  String name();

  /** What it asks, in one sentence. */
  String question();

  /** Why it is never asked of sources of this kind; empty where it is. */
  Optional<String> unaskedOf(SourceKind kind);

  /** Why this one can't be asked it; empty where it can. Most run both engines. */
  default Optional<String> impediment(Examination examination) {
    return examination.impediment();
  }

  /**
   * Asks it.
   *
   * @throws io.github.tf2torch.verify.engine.EngineFailure where an engine can't do what is needed;
   *     the check has failed then
   */
  CheckResult run(Examination examination) throws IOException;
}

package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.EngineUnavailable;
import io.github.tf2torch.verify.engine.MissingKernel;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.opening.Scramble;
import io.github.tf2torch.verify.own.PythonCheck;
import io.github.tf2torch.verify.own.PythonTraining;
import io.github.tf2torch.verify.recorded.TraceRun;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.trace.TraceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs the checks that were asked for and gathers what they found. */
public final class Verification {
  /** What asks for the files as they are, whatever else is drawn anew. */
  private static final Set<String> OF_FILES = Set.of(CheckName.WEIGHTS, CheckName.DETERMINISM);

  private Verification() {}

  /** For people: what each check asks, and of which kinds of source. */
  public static String table() {
    return CheckTable.text();
  }

  /**
   * @throws io.github.tf2torch.problem.BadRequest where there is no check of one of these names
   */
  public static void require(Collection<String> checks) {
    Checks.require(checks);
  }

  /**
   * Verifies a conversion.
   *
   * @throws EngineUnavailable where this platform has no TensorFlow or PyTorch
   * @throws io.github.tf2torch.problem.Problem where the source, the folder or the request is at
   *     fault
   */
  public static Report run(VerifyRequest request, Progress progress) throws IOException {
    Checks.require(request.checks());
    progress.step("reading", 0, 1);
    try (Subject subject = Opening.of(request);
        Examination examination = new Examination(subject, progress);
        Examination scrambled =
            request.isScrambled() ? examination.of(Scramble.of(subject)) : examination) {
      List<CheckResult> results = new ArrayList<>();
      for (Check check : Checks.chosen(request.checks())) {
        if (request.inputs().trace().isEmpty() || !TraceRun.CHECKS.contains(check.name())) {
          boolean isOfFiles = OF_FILES.contains(check.name());
          results.add(result(check, isOfFiles ? examination : scrambled));
        }
      }
      if (request.inputs().trace().isPresent()) {
        results.addAll(traced(examination, request.inputs().trace().get()));
        results.sort(Comparator.comparing(r -> CheckName.ALL.indexOf(r.name())));
      }
      if (request.torch().python().isPresent() && request.torch().own().isEmpty()) {
        results.add(PythonCheck.of(examination, request.torch().python().get()));
        if (request.checks().contains(CheckName.TRAINING)) {
          PythonTraining.of(examination, request.torch().python().get()).ifPresent(results::add);
        }
      }
      return report(subject, results, examination.environment());
    }
  }

  private static List<CheckResult> traced(Examination examination, Path file) throws IOException {
    Optional<String> impediment = examination.impedimentOfTorch();
    try (TraceFile trace = TraceFile.open(file)) {
      return impediment.isEmpty()
          ? TraceRun.of(examination, trace)
          : List.of(CheckResult.notChecked(CheckName.OUTPUTS, impediment.get()));
    }
  }

  private static CheckResult result(Check check, Examination examination) throws IOException {
    Optional<String> untold =
        examination
            .subject()
            .request()
            .inputs()
            .trace()
            .flatMap(t -> TraceRun.unasked(check.name()));
    if (untold.isPresent()) {
      return CheckResult.notChecked(check.name(), untold.get());
    }
    Optional<String> unasked =
        examination.subject().own().flatMap(o -> OwnModel.unasked(check.name()));
    if (unasked.isPresent()) {
      return CheckResult.notChecked(check.name(), unasked.get());
    }
    try {
      Optional<String> impediment = check.impediment(examination);
      return impediment.isPresent()
          ? CheckResult.notChecked(check.name(), impediment.get())
          : check.run(examination);
    } catch (MissingKernel e) {
      return CheckResult.notChecked(check.name(), String.valueOf(e.getMessage()));
    } catch (EngineFailure e) {
      return CheckResult.failed(check.name(), String.valueOf(e.getMessage()));
    }
  }

  private static Report report(
      Subject subject, List<CheckResult> results, Map<String, String> environment)
      throws IOException {
    VerifyRequest request = subject.request();
    return new Report(
        request.source().toString(),
        request
            .torch()
            .own()
            .map(o -> o.file().toString())
            .orElse(request.torch().directory().toString()),
        request.inputs().seed(),
        request.tolerance(),
        Settings.of(subject),
        environment,
        FileProof.of(subject, results),
        results,
        subject.own().isPresent()
            ? AccountFile.of(subject.translation())
            : AccountFile.read(subject.file(ConversionFile.NAME)),
        request.command());
  }
}

package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.verify.engine.EngineUnavailable;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs the checks that were asked for and gathers what they found. */
public final class Verification {
  /** Every check, in the order in which they run. */
  public static final List<String> CHECKS =
      List.of(WeightsCheck.NAME, ForwardChecks.OUTPUTS, ForwardChecks.LAYERS);

  private Verification() {}

  /**
   * Verifies a conversion.
   *
   * @throws EngineUnavailable where this platform has no TensorFlow or PyTorch
   * @throws io.github.tf2torch.problem.Problem where the source, the folder or the request is at
   *     fault
   */
  public static Report run(VerifyRequest request, Progress progress) throws IOException {
    for (String check : request.checks()) {
      if (!CHECKS.contains(check)) {
        throw new BadRequest(
            "--checks " + check + ": no such check; there are " + String.join(", ", CHECKS));
      }
    }
    progress.step("reading", 0, 1);
    try (Subject subject = Subject.open(request)) {
      List<CheckResult> results = new ArrayList<>();
      Map<String, String> environment = environment();
      if (request.checks().contains(WeightsCheck.NAME)) {
        results.add(WeightsCheck.run(subject, progress));
      }
      results.addAll(ForwardChecks.run(subject, environment, progress));
      return report(subject, results, environment);
    }
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return environment;
  }

  private static Report report(
      Subject subject, List<CheckResult> results, Map<String, String> environment) {
    VerifyRequest request = subject.request();
    Account account = subject.translation().account();
    List<String> lines = new ArrayList<>();
    account.dropped().forEach(d -> lines.add("dropped " + d.name() + ": " + d.reason()));
    account.unknown().forEach(u -> lines.add("unknown " + u));
    account.assumed().forEach(a -> lines.add("assumed " + a));
    account.lossy().forEach(l -> lines.add("lossy " + l));
    return new Report(
        request.source().toString(),
        request.directory().toString(),
        request.seed(),
        request.tolerance(),
        environment,
        FileProof.of(subject, results),
        results,
        lines,
        request.command());
  }
}

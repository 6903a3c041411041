package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.EngineUnavailable;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
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
    try (Subject subject = Subject.open(request)) {
      List<CheckResult> results = new ArrayList<>();
      Map<String, String> environment = environment();
      if (request.checks().contains(WeightsCheck.NAME)) {
        results.add(WeightsCheck.run(subject));
      }
      forward(subject, progress, results, environment);
      return report(subject, results, environment);
    }
  }

  private static void forward(
      Subject subject,
      Progress progress,
      List<CheckResult> results,
      Map<String, String> environment)
      throws IOException {
    boolean outputs = subject.request().checks().contains(ForwardChecks.OUTPUTS);
    boolean layers = subject.request().checks().contains(ForwardChecks.LAYERS);
    if (!outputs && !layers) {
      return;
    }
    for (String file : List.of("model.safetensors", "model.torchscript.pt")) {
      if (!subject.has(file)) {
        String reason = file + " is not there; convert with every target";
        results.add(CheckResult.notChecked(ForwardChecks.OUTPUTS, reason));
        results.add(CheckResult.notChecked(ForwardChecks.LAYERS, reason));
        return;
      }
    }
    try {
      Answers answers = Answers.of(subject, layers, progress);
      answers.settings().forEach(s -> describe(s, environment));
      environment.put(
          "float32 islands in TensorFlow's float64 run",
          answers.islands().isEmpty() ? "none" : String.join(", ", answers.islands()));
      ForwardChecks checks = new ForwardChecks(subject, answers);
      if (outputs) {
        results.add(checks.outputs());
      }
      if (layers) {
        results.add(checks.layers());
      }
    } catch (EngineFailure e) {
      results.add(CheckResult.failed(ForwardChecks.OUTPUTS, e.getMessage()));
    }
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return environment;
  }

  private static void describe(EngineSettings settings, Map<String, String> environment) {
    environment.put(
        settings.engine(),
        settings.version() + ", " + settings.binding() + ", threads " + settings.threads());
    settings.settings().forEach((k, v) -> environment.put(settings.engine() + " " + k, v));
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
    String command =
        "tf2torch verify "
            + request.source()
            + " "
            + request.directory()
            + " --seed "
            + request.seed()
            + request.inputs().map(f -> " --inputs " + f).orElse("");
    return new Report(
        request.source().toString(),
        request.directory().toString(),
        request.seed(),
        request.tolerance(),
        environment,
        files(subject, results),
        results,
        lines,
        command);
  }

  private static Map<String, String> files(Subject subject, List<CheckResult> results) {
    Map<String, String> files = new TreeMap<>();
    put(files, subject, "model.safetensors", proven(results, WeightsCheck.NAME));
    put(files, subject, "model.torchscript.pt", proven(results, ForwardChecks.OUTPUTS));
    put(files, subject, "model.pt", "written from the same recipes, not read");
    put(files, subject, "model.py", "printed from the same program, not run");
    return files;
  }

  private static void put(Map<String, String> files, Subject subject, String name, String state) {
    if (subject.has(name)) {
      files.put(name, state);
    }
  }

  private static String proven(List<CheckResult> results, String check) {
    return results.stream()
        .filter(r -> r.name().equals(check))
        .findFirst()
        .map(r -> r.verdict() == Verdict.MATCH ? "proven by " + check : r.verdict().text())
        .orElse("not checked");
  }
}

package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code outputs} and {@code layers}, which share one run: do both frameworks give the same, and
 * where do they first part?
 */
final class ForwardChecks {
  static final String OUTPUTS = "outputs";
  static final String LAYERS = "layers";

  private ForwardChecks() {}

  /** Runs those of the two that the request asks for. */
  static List<CheckResult> run(Subject subject, Map<String, String> environment, Progress progress)
      throws IOException {
    List<String> asked =
        Stream.of(OUTPUTS, LAYERS).filter(subject.request().checks()::contains).toList();
    Optional<String> missing =
        Stream.of("model.safetensors", "model.torchscript.pt")
            .filter(file -> !subject.has(file))
            .findFirst();
    if (asked.isEmpty()) {
      return List.of();
    }
    if (!subject.torch().computes()) {
      String reason = "the source holds weights alone, so that there is nothing to run";
      return each(asked, name -> CheckResult.notChecked(name, reason));
    }
    if (missing.isPresent()) {
      String reason = missing.get() + " is not there; convert with every target";
      return each(asked, name -> CheckResult.notChecked(name, reason));
    }
    try {
      List<TorchModel.Tap> taps =
          asked.contains(LAYERS) ? subject.torch().taps() : List.<TorchModel.Tap>of();
      ForwardRun run = ForwardRun.of(subject, taps, progress);
      describe(run, environment);
      return each(
          asked,
          name ->
              name.equals(OUTPUTS)
                  ? result(name, "output(s) agree", run.outputs())
                  : layers(run.layers()));
    } catch (EngineFailure e) {
      String reason = String.valueOf(e.getMessage());
      return each(asked, name -> CheckResult.failed(name, reason));
    }
  }

  private static CheckResult layers(List<TensorResult> results) {
    return results.isEmpty()
        ? CheckResult.notChecked(LAYERS, "the program has no floating point tensor in between")
        : result(LAYERS, "layer boundaries agree", results);
  }

  private static CheckResult result(String name, String agree, List<TensorResult> results) {
    CheckResult plain = CheckResult.of(name, "", true, results);
    return CheckResult.of(
        name, results.size() + " " + agree + ", largest error " + errors(plain), true, results);
  }

  private static String errors(CheckResult result) {
    if (Double.isNaN(result.largestError())) {
      return "none";
    }
    return String.format(Locale.ROOT, "%.1e", result.largestError())
        + (Double.isNaN(result.largestError64())
            ? ""
            : String.format(Locale.ROOT, " (float64 %.1e)", result.largestError64()));
  }

  private static void describe(ForwardRun run, Map<String, String> environment) {
    for (EngineSettings settings : run.settings()) {
      environment.put(
          settings.engine(),
          settings.version() + ", " + settings.binding() + ", threads " + settings.threads());
      settings.settings().forEach((k, v) -> environment.put(settings.engine() + " " + k, v));
    }
    // both were run in both precisions; the engine speaks of its own last run
    environment.remove("TensorFlow precision");
    environment.put(
        "float32 islands in TensorFlow's float64 run",
        run.islands().isEmpty() ? "none" : String.join(", ", run.islands()));
  }

  private static <T> List<T> each(List<String> names, Function<String, T> one) {
    return names.stream().map(one).toList();
  }
}

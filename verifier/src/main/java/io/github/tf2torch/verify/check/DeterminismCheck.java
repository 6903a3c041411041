package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Needs;
import io.github.tf2torch.verify.subject.SourceKind;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Does each side repeat itself, bit for bit? And how much does each setting change: threads, and in
 * TensorFlow oneDNN and {@code TF_DETERMINISTIC_OPS}, each in a process of its own. A side that
 * does not repeat itself differs; what a setting changes is measured and said.
 */
final class DeterminismCheck implements Check {
  private static final int MANY = 2;

  @Override
  public String name() {
    return CheckName.DETERMINISM;
  }

  @Override
  public String question() {
    return "Does each side repeat itself bit for bit, and what do threads and oneDNN change?";
  }

  @Override
  public Optional<String> unaskedOf(SourceKind kind) {
    return Needs.graph(kind);
  }

  @Override
  public CheckResult run(Examination examination) throws IOException {
    List<TensorResult> results = new ArrayList<>();
    VerifyRequest request = examination.subject().request();
    int many = Math.max(MANY, request.threads());
    examination.progress().step("determinism", 0, 4);
    ForwardProcess.Running oneDnn =
        ForwardProcess.start(request, Map.of("TF_ENABLE_ONEDNN_OPTS", "1"));
    ForwardProcess.Running deterministic =
        ForwardProcess.start(request, Map.of("TF_DETERMINISTIC_OPS", "1"));
    try (Engines engines = new Engines(examination.subject())) {
      double[] inForce = sides("TensorFlow", engines::forward, request, many, results);
      examination.progress().step("determinism", 1, 4);
      sides("PyTorch", engines::torchForward, request, many, results);
      examination.progress().step("determinism", 2, 4);
      results.add(measured("TensorFlow with oneDNN", inForce, oneDnn.outputs()));
      examination.progress().step("determinism", 3, 4);
      results.add(
          measured("TensorFlow with TF_DETERMINISTIC_OPS", inForce, deterministic.outputs()));
    } finally {
      oneDnn.process().destroy();
      deterministic.process().destroy();
    }
    examination.progress().step("determinism", 4, 4);
    String said =
        String.join(
            "; ",
            Stream.concat(
                    Stream.of("each side repeats itself bit for bit"),
                    results.stream()
                        .filter(r -> r.error() > 0)
                        .map(r -> r.name() + ": " + r.reason()))
                .toList());
    return CheckResult.of(CheckName.DETERMINISM, said, true, results);
  }

  /** Some runs of one framework, all elements of all outputs each. */
  private interface Runs {
    List<double[]> of(int threads, int count) throws IOException;
  }

  /** Twice with one thread and twice with many; answers those of the request. */
  private static double[] sides(
      String side, Runs runs, VerifyRequest request, int many, List<TensorResult> results)
      throws IOException {
    List<double[]> single = runs.of(1, 2);
    List<double[]> several = runs.of(many, 2);
    results.add(repeated(side + ", 1 thread", single));
    results.add(repeated(side + ", " + many + " threads", several));
    results.add(
        measured(side + " with " + many + " threads in place of 1", single.get(0), several.get(0)));
    return request.threads() == 1 ? single.get(0) : several.get(0);
  }

  private static TensorResult repeated(String name, List<double[]> runs) {
    boolean isSame = Arrays.equals(runs.get(0), runs.get(1));
    return TensorResult.exact(
        name,
        "",
        isSame,
        isSame
            ? "repeats itself bit for bit"
            : "does not repeat itself: " + difference(runs.get(0), runs.get(1)));
  }

  private static TensorResult measured(String name, double[] before, double[] after) {
    boolean isSame = Arrays.equals(before, after);
    return new TensorResult(
        name,
        "",
        Verdict.MATCH,
        isSame ? 0 : relative(before, after),
        Double.NaN,
        Double.NaN,
        isSame ? "the same bit for bit" : difference(before, after));
  }

  private static String difference(double[] before, double[] after) {
    return "outputs move by " + Findings.number(relative(before, after)) + " of the largest";
  }

  private static double relative(double[] before, double[] after) {
    if (before.length != after.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double reference = 0;
    for (int i = 0; i < before.length; i++) {
      largest = Math.max(largest, Math.abs(before[i] - after[i]));
      reference = Math.max(reference, Math.abs(before[i]));
    }
    return largest == 0 ? 0 : largest / reference;
  }
}

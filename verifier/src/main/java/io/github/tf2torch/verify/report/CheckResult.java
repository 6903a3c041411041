package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What one check found.
 *
 * @param reason one sentence for people
 * @param ranBothEngines whether TensorFlow and PyTorch both computed for it
 * @param curves what both gave step by step, where the check takes steps
 */
public record CheckResult(
    String name,
    Verdict verdict,
    String reason,
    boolean ranBothEngines,
    List<TensorResult> tensors,
    List<Curve> curves) {
  public CheckResult {
    tensors = List.copyOf(tensors);
    curves = List.copyOf(curves);
  }

  public CheckResult(
      String name,
      Verdict verdict,
      String reason,
      boolean ranBothEngines,
      List<TensorResult> tensors) {
    this(name, verdict, reason, ranBothEngines, tensors, List.of());
  }

  /** Judges by the tensors: one that differs decides, and nothing compared is a failure. */
  public static CheckResult of(
      String name, String matched, boolean ranBothEngines, List<TensorResult> tensors) {
    long compared = tensors.stream().filter(t -> t.verdict() != Verdict.NOT_CHECKED).count();
    if (compared == 0) {
      return new CheckResult(name, Verdict.FAILED, "nothing was compared", ranBothEngines, tensors);
    }
    Optional<TensorResult> first = first(tensors);
    return first
        .map(
            t ->
                new CheckResult(
                    name,
                    Verdict.DIFFER,
                    "first difference at " + t.name() + ": " + t.reason(),
                    ranBothEngines,
                    tensors))
        .orElseGet(() -> new CheckResult(name, Verdict.MATCH, matched, ranBothEngines, tensors));
  }

  public static CheckResult notChecked(String name, String reason) {
    return new CheckResult(name, Verdict.NOT_CHECKED, reason, false, List.of());
  }

  public static CheckResult failed(String name, String reason) {
    return new CheckResult(name, Verdict.FAILED, reason, false, List.of());
  }

  /** The same with more to say. */
  public CheckResult withReason(String other) {
    return new CheckResult(name, verdict, other, ranBothEngines, tensors, curves);
  }

  /** The same with what both gave step by step. */
  public CheckResult withCurves(List<Curve> others) {
    return new CheckResult(name, verdict, reason, ranBothEngines, tensors, others);
  }

  private static Optional<TensorResult> first(List<TensorResult> tensors) {
    return tensors.stream().filter(t -> t.verdict() == Verdict.DIFFER).findFirst();
  }

  public Optional<TensorResult> firstDifference() {
    return first(tensors);
  }

  /** What was compared: what was not says nothing, however far apart it is. */
  private Stream<TensorResult> compared() {
    return tensors.stream().filter(t -> t.verdict() != Verdict.NOT_CHECKED);
  }

  /** The largest float32 error of any tensor that was compared; NaN where none was measured. */
  public double largestError() {
    return largest(TensorResult::error);
  }

  /** The largest float64 error of any tensor that was compared; NaN where none was measured. */
  public double largestError64() {
    return largest(TensorResult::error64);
  }

  /** Tensors that are the same say nothing of how far others are that were not measured. */
  private double largest(ToDoubleFunction<TensorResult> error) {
    double largest =
        compared().mapToDouble(error).filter(e -> !Double.isNaN(e)).max().orElse(Double.NaN);
    return verdict == Verdict.DIFFER && largest == 0 ? Double.NaN : largest;
  }
}

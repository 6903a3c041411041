package io.github.tf2torch.verify.judge;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a program's gradient jumps: a value that float32 rounds to the other side of a kink has
 * another gradient, in TensorFlow as in PyTorch, and everything before it has too. There float64
 * alone tells what the gradient is.
 */
public record Kinks(Set<String> operators) {
  private static final Set<String> KINKED =
      Set.of(
          "relu",
          "relu6",
          "leaky_relu",
          "elu",
          "selu",
          "prelu",
          "abs",
          "clamp",
          "clamp_min",
          "clamp_max",
          "hardtanh",
          "hardsigmoid",
          "hardswish",
          "max_pool1d",
          "max_pool2d",
          "max_pool3d",
          "maximum",
          "minimum",
          "max",
          "min",
          "amax",
          "amin",
          "where",
          "sort",
          "topk",
          "round",
          "floor",
          "ceil",
          "sign");

  /** What float32 may part by where float64 agrees; beyond, it is no rounding at a kink. */
  private static final double LARGEST = 1;

  /** What a jump in few of many elements may make of a sum over all. */
  private static final double LARGEST_IN_FLOAT64 = 1e-4;

  private static final double LARGEST_AGAINST_TRACE = 1e-3;

  public Kinks {
    operators = Set.copyOf(operators);
  }

  public static Kinks of(TorchModel model) {
    if (model.body().isEmpty()) {
      return new Kinks(Set.of("whatever the model computes"));
    }
    Set<String> found = new TreeSet<>();
    model.body().forEach(s -> collect(s, found));
    model.modules().forEach(m -> m.module().forward().forEach(s -> collect(s, found)));
    return new Kinks(found);
  }

  private static void collect(Statement statement, Set<String> found) {
    if (statement instanceof Statement.Assign s) {
      collect(s.value(), found);
    } else if (statement instanceof Statement.Return s) {
      collect(s.value(), found);
    } else if (statement instanceof Statement.For s) {
      s.body().forEach(t -> collect(t, found));
    } else if (statement instanceof Statement.If s) {
      s.then().forEach(t -> collect(t, found));
      s.otherwise().forEach(t -> collect(t, found));
    }
  }

  private static void collect(Expr expr, Set<String> found) {
    if (expr instanceof Expr.Aten e) {
      if (KINKED.contains(e.operator())) {
        found.add(e.operator());
      }
      e.arguments().forEach(a -> collect(a, found));
    } else if (expr instanceof Expr.ModuleCall e) {
      e.arguments().forEach(a -> collect(a, found));
    }
  }

  /**
   * Not checked where a second step parts in float64, too, by no more than a jump explains: values
   * that rounding has put on the two sides of a kink have other gradients from there on.
   */
  public TensorResult doubt(TensorResult result) {
    boolean mayHaveJumped =
        result.verdict() == Verdict.DIFFER && result.error64() <= LARGEST_IN_FLOAT64;
    return mayHaveJumped && !operators.isEmpty()
        ? result.with(
            Verdict.NOT_CHECKED,
            String.format(
                Locale.ROOT,
                "float64 parts by %.1e after the first step, as it may where gradients jump (%s)",
                result.error64(),
                String.join(", ", List.copyOf(new TreeSet<>(operators)))))
        : result;
  }

  /** Not checked where a recording parts by no more than a jump in few of many elements makes. */
  public TensorResult doubtAgainstTrace(TensorResult result) {
    boolean mayHaveJumped =
        result.verdict() == Verdict.DIFFER && result.error() <= LARGEST_AGAINST_TRACE;
    return mayHaveJumped && !operators.isEmpty()
        ? result.with(
            Verdict.NOT_CHECKED,
            String.format(
                Locale.ROOT,
                "parts by %.1e, as it may where gradients jump (%s)",
                result.error(),
                String.join(", ", List.copyOf(new TreeSet<>(operators)))))
        : result;
  }

  /** A match where float64 agrees and float32 parts by no more than kinks explain. */
  public TensorResult forgive(TensorResult result) {
    boolean isInFloat32Alone =
        result.verdict() == Verdict.DIFFER
            && result.error64() <= Comparison.FLOAT64_BOUND
            && result.error() <= LARGEST;
    return isInFloat32Alone && !operators.isEmpty()
        ? result.with(
            Verdict.MATCH,
            String.format(
                Locale.ROOT,
                "float64 agrees; in float32 gradients jump at kinks (%s), here by %.1e",
                String.join(", ", List.copyOf(new TreeSet<>(operators))),
                result.error()))
        : result;
  }
}

package io.github.tf2torch.verify.training;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.gradients.GradientRun;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Kinks;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.report.Curve;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.OwnRounding;
import io.github.tf2torch.verify.run.Ties;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What one side came to in one precision.
 *
 * @param byName {@code loss 1}, then parameters, slots and statistics
 */
public record Trained(Map<String, TensorValue> byName, boolean isFloat64) {
  static final String FIRST_LOSS = "loss 1";

  /** Between a slot's name and that of its parameter. */
  static final String OF = " of ";

  /** What a slot of a parameter is called. */
  static String slot(String key, String parameter) {
    return key + OF + parameter;
  }

  public Trained {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** What was compared, and the losses of every step. */
  public record Outcome(List<TensorResult> results, List<Curve> losses) {
    public Outcome {
      results = List.copyOf(results);
      losses = List.copyOf(losses);
    }
  }

  /** TensorFlow's training of a subject. */
  interface Training {
    Trained of(Subject subject, Precision precision) throws IOException;
  }

  private List<Double> losses(int steps) {
    return IntStream.rangeClosed(1, steps)
        .mapToObj(i -> byName.get("loss " + i).doubles()[0])
        .toList();
  }

  /** Both sides in both precisions. */
  record Runs(Trained tf64, Trained torch64, Trained tf32, Trained torch32) {
    /**
     * Judged by the three rules, and by what is known of places where gradients jump.
     *
     * @param sources what TensorFlow calls what a name stands for
     * @param training TensorFlow's, of another subject
     */
    List<TensorResult> judged(Subject subject, UnaryOperator<String> sources, Training training)
        throws IOException {
      Kinks kinks = Kinks.of(subject.torch());
      double tolerance = subject.request().tolerance();
      List<String> names = List.copyOf(tf64.byName().keySet());
      List<TensorResult> once =
          names.parallelStream()
              .map(n -> vanished(kinks.forgive(judged(n, tolerance))).withSource(sources.apply(n)))
              .toList();
      OwnRounding.Runs runs =
          (next, precision, asked) -> {
            Map<String, TensorValue> found = training.of(next, precision).byName();
            return asked.stream().map(i -> found.get(names.get(i))).toList();
          };
      List<TensorResult> results =
          OwnRounding.judged(subject, once, runs, i -> OwnRounding.positions(subject));
      List<TensorResult> told = Ties.told(subject, results, runs);
      boolean beganAlike =
          results.stream()
              .filter(r -> r.name().equals(FIRST_LOSS))
              .allMatch(r -> r.verdict() == Verdict.MATCH);
      return IntStream.range(0, told.size())
          .mapToObj(i -> doubted(results.get(i), told.get(i), beganAlike ? kinks::doubt : r -> r))
          .toList();
    }

    /** What ties explain needs no other reason. */
    private static TensorResult doubted(
        TensorResult result, TensorResult told, UnaryOperator<TensorResult> doubt) {
      return told.equals(result) ? doubt.apply(result) : told;
    }

    List<Curve> losses(int steps) {
      return List.of(
          new Curve("loss in float64", tf64.losses(steps), torch64.losses(steps)),
          new Curve("loss in float32", tf32.losses(steps), torch32.losses(steps)));
    }

    /** Of a gradient that vanishes, both momenta are what rounding has left. */
    private TensorResult vanished(TensorResult result) {
      int of = result.name().indexOf(OF);
      if (result.verdict() != Verdict.DIFFER || of < 0) {
        return result;
      }
      String slots = result.name().substring(0, of + OF.length());
      double usual =
          tf64.byName().keySet().stream()
              .filter(n -> n.startsWith(slots))
              .mapToDouble(n -> largest(tf64, n))
              .max()
              .orElse(0);
      double size = Math.max(largest(tf64, result.name()), largest(torch64, result.name()));
      return size <= GradientRun.VANISHED * usual
          ? result.with(Verdict.NOT_CHECKED, "its gradient vanishes")
          : result;
    }

    private static double largest(Trained side, String name) {
      return Arrays.stream(side.byName().get(name).doubles()).map(Math::abs).max().orElse(0);
    }

    private TensorResult judged(String name, double tolerance) {
      TensorView expected = TensorView.of(tf64.byName().get(name));
      Place place = Place.named(name, expected.shape());
      return Judgement.of(
              place, expected, TensorView.of(torch64.byName().get(name)), tf64.isFloat64())
          .judge(
              TensorView.of(tf32.byName().get(name)),
              TensorView.of(torch32.byName().get(name)),
              tolerance);
    }
  }
}

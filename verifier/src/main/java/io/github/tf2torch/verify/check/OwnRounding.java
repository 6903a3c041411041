package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What TensorFlow's own float32 is off by, taken from more than one run. Of few numbers one run may
 * be off by next to nothing by luck, and a sum that cancels is off by more than its terms are; so
 * what parts in float32 alone is judged anew by TensorFlow's float32 and float64 of {@link
 * Neighbours} as well.
 *
 * @param runs how many they are
 * @param rms of them all
 * @param largest of any run, in units of the largest value
 */
record OwnRounding(int runs, double rms, double largest) {
  /** A mean over fewer runs says little; {@link Neighbours#COUNT} are tried where these part. */
  private static final int FEWEST = 5;

  /** TensorFlow's side of a check. */
  interface Runs {
    /** The values of the tensors with these numbers, in TensorFlow's order of axes. */
    List<TensorValue> of(Subject subject, Precision precision, List<Integer> asked)
        throws IOException;
  }

  /** Whether it parts in float32 alone, or behind a float32 island, where float64 says nothing. */
  private static boolean isAsked(TensorResult result) {
    return result.verdict() == Verdict.DIFFER
        && !(result.error64() > Comparison.FLOAT64_BOUND)
        && Double.isFinite(result.error());
  }

  /** Those that part in float32 alone, judged by several runs. */
  static List<TensorResult> judged(Subject subject, List<TensorResult> results, Runs runs)
      throws IOException {
    List<Integer> asked =
        IntStream.range(0, results.size()).filter(i -> isAsked(results.get(i))).boxed().toList();
    if (asked.isEmpty()) {
      return results;
    }
    List<List<Distance>> distances = new ArrayList<>();
    asked.forEach(i -> distances.add(new ArrayList<>()));
    List<TensorResult> all = new ArrayList<>(results);
    for (int run = 0; run <= Neighbours.COUNT && !isSettled(all, run); run++) {
      Subject next = run == 0 ? subject : Neighbours.of(subject, run);
      List<TensorValue> float64 = runs.of(next, Precision.FLOAT64, asked);
      List<TensorValue> float32 = runs.of(next, Precision.FLOAT32, asked);
      for (int i = 0; i < asked.size(); i++) {
        distances.get(i).add(distance(float64.get(i), float32.get(i)));
        TensorResult result = results.get(asked.get(i));
        all.set(asked.get(i), of(distances.get(i)).judge(result, subject.request().tolerance()));
      }
    }
    return all;
  }

  private static boolean isSettled(List<TensorResult> results, int runs) {
    return runs >= FEWEST && results.stream().noneMatch(OwnRounding::isAsked);
  }

  private static Distance distance(TensorValue float64, TensorValue float32) {
    HeldOrder order = HeldOrder.of(float64.shape(), Layout.tensorflow(float64.shape().rank()));
    return Distances.float64(order, TensorView.of(float64), TensorView.of(float32));
  }

  static OwnRounding of(List<Distance> runs) {
    double squares = runs.stream().mapToDouble(d -> d.rms() * d.rms()).average().orElse(0);
    return new OwnRounding(
        runs.size(),
        Math.sqrt(squares),
        runs.stream().mapToDouble(Distance::relative).max().orElse(0));
  }

  /** Judged by rules two and three, TensorFlow's distance being that of all runs. */
  TensorResult judge(TensorResult result, double tolerance) {
    double unit = Math.max(result.unit(), rms);
    double noise = result.noise() * result.unit() / unit;
    boolean isFloat64 = result.error64() <= Comparison.FLOAT64_BOUND;
    double bound = isFloat64 ? Math.max(tolerance, Comparison.NOISE_FACTOR * largest) : tolerance;
    return noise <= Comparison.NOISE_FACTOR && result.error() <= bound
        ? new TensorResult(
            result.name(),
            result.source(),
            Verdict.MATCH,
            result.error(),
            result.error64(),
            noise,
            unit,
            String.format(
                Locale.ROOT,
                "TensorFlow's own float32 is off by up to %.1e of the largest value, over this run"
                    + " and %d whose inputs and variables are moved by one unit of float32%s",
                largest,
                runs - 1,
                isFloat64 ? "" : "; computed behind a float32 island"))
        : result;
  }
}

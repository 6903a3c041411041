package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.Distance;
import io.github.tf2torch.verify.judge.Distances;
import io.github.tf2torch.verify.judge.HeldOrder;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * What TensorFlow's own float32 is off by, taken from more than one run. Of few numbers one run may
 * be off by next to nothing by luck, and a sum that cancels is off by more than its terms are; so
 * what parts is judged anew by TensorFlow's float32 and float64 of {@link Neighbours} as well.
 *
 * <p>Rounding in float64 is rounding in float32 times 2^-29: what amplifies the one, such as the
 * slope of a sigmoid near one or a sum whose true value is zero, amplifies the other as much. A
 * mistake does not know what it is computed in, and parts float64 as far as float32.
 *
 * @param runs how many they are
 * @param rms of them all, or what sigmoids, tanhs and softmaxes move it by that another library
 *     rounds to one side, by a unit at most: that adds up in a sum, and no luck takes it out
 * @param sum by how much a sum of so many terms is off, added one by one
 * @param largest of any run, in units of the largest value of the first
 * @param largest64 how far float64 moves with what float64 can't tell apart, in the same units:
 *     where float32 has lost a number altogether, it no longer says by how much
 * @param shrunk how many times smaller than in float64 the first is in float32, 1 where it is no
 *     smaller: a difference of the two sides' float32 is told in units of what is left
 * @param moved what is another in all runs but the first
 */
public record OwnRounding(
    int runs,
    double rms,
    double sum,
    double largest,
    double largest64,
    double shrunk,
    String moved) {
  /** A mean over fewer runs says little; {@link Neighbours#COUNT} are tried where these part. */
  private static final int FEWEST = 5;

  /** A unit of float64 in units of float32. */
  private static final double FLOAT64_UNIT = 0x1p-29;

  /** What is further off, in both types alike, is not asked: luck does not go as far. */
  private static final double LUCK = 0x1p9;

  /** And float64 is not asked where it is as far off as float32 usually is. */
  private static final double MOST = 1e-5;

  /**
   * Of terms of one sign, added one by one, a sum is off by 2^-24 / 3 of itself times the root of
   * their number: each addition by 2^-24 / sqrt(3) of what there is so far. Of both signs by a
   * little more.
   */
  private static final double OF_A_SUM = 0x1p-25;

  private static final String BY_ONE =
      "; PyTorch's by more than four times that, as a sum over examples and positions is off that"
          + " is added one by one";

  /** TensorFlow's side of a check. */
  public interface Runs {
    /** The values of the tensors with these numbers, in TensorFlow's order of axes. */
    List<TensorValue> of(Subject subject, Precision precision, List<Integer> asked)
        throws IOException;
  }

  /**
   * Whether it parts in float32 alone, or behind a float32 island, where float64 says nothing, or
   * in float64 by what might be rounding.
   */
  private static boolean isAsked(TensorResult result, double bound64) {
    return result.verdict() == Verdict.DIFFER
        && Double.isFinite(result.error())
        && (!(result.error64() > bound64) || mayBeRounding(result));
  }

  private static boolean mayBeRounding(TensorResult result) {
    // both may be rounded alike, however far that is from right
    double float32 = Math.max(result.error(), Comparison.NOISE_FACTOR / LUCK);
    boolean isFiner = result.error64() <= LUCK * FLOAT64_UNIT * float32;
    boolean isNoise = result.noise() <= LUCK * Comparison.NOISE_FACTOR && result.error() > 0.01;
    // a mistake parts float32 as far, unless float32 has lost what parts
    boolean isLost = result.error() < result.error64() && result.error64() < MOST;
    return Double.isFinite(result.error64()) && (isFiner || isNoise || isLost);
  }

  /** Those that part as rounding may make them, judged by several runs. */
  public static List<TensorResult> judged(Subject subject, List<TensorResult> results, Runs runs)
      throws IOException {
    return judged(subject, results, runs, i -> 1);
  }

  /** How many terms a sum over all examples and positions may have: as many as an input numbers. */
  public static long positions(Subject subject) {
    return subject.inputs().values().stream().mapToLong(v -> v.shape().count()).max().orElse(1);
  }

  /**
   * The same of sums: what one side adds up in a tree, the other may add one by one.
   *
   * @param terms how many a value of the tensor with this number has, at most
   */
  public static List<TensorResult> judged(
      Subject subject, List<TensorResult> results, Runs runs, IntToLongFunction terms)
      throws IOException {
    double bound64 = subject.bound64();
    List<Integer> asked =
        IntStream.range(0, results.size())
            .filter(i -> isAsked(results.get(i), bound64))
            .boxed()
            .toList();
    if (asked.isEmpty()) {
      return results;
    }
    String what = Neighbours.moved(subject);
    List<Measured> measured = new ArrayList<>();
    List<TensorResult> all = new ArrayList<>(results);
    List<TensorValue> first = List.of();
    for (int run = 0; run <= Neighbours.COUNT && !isSettled(all, run, bound64); run++) {
      Subject next = run == 0 ? subject : Neighbours.of(subject, run);
      List<TensorValue> float64 = runs.of(next, Precision.FLOAT64, asked);
      List<TensorValue> float32 = runs.of(next, Precision.FLOAT32, asked);
      first = run == 0 ? float64 : first;
      Optional<Subject> finer =
          run == 0 || all.stream().noneMatch(r -> isAskedInFloat64(r, bound64))
              ? Optional.empty()
              : Neighbours.finer(subject, run);
      List<TensorValue> moved =
          finer.isPresent() ? runs.of(finer.get(), Precision.FLOAT64, asked) : first;
      Optional<Subject> rougher = run == 0 ? Optional.empty() : Neighbours.rougher(subject, run);
      List<TensorValue> functions =
          rougher.isPresent() ? runs.of(rougher.get(), Precision.FLOAT64, asked) : List.of();
      for (int i = 0; i < asked.size(); i++) {
        if (run == 0) {
          measured.add(new Measured(float64.get(i), float32.get(i)));
        }
        measured.get(i).float32().add(distance(float64.get(i), float32.get(i)));
        measured.get(i).float64().add(distance(first.get(i), moved.get(i)));
        if (!functions.isEmpty()) {
          measured.get(i).functions().add(distance(first.get(i), functions.get(i)));
        }
        TensorResult result = results.get(asked.get(i));
        OwnRounding own = measured.get(i).rounding(what, terms.applyAsLong(asked.get(i)));
        all.set(asked.get(i), own.judge(result, subject.request().tolerance(), bound64));
      }
    }
    return all;
  }

  /** The distances of one tensor, run by run. */
  private record Measured(
      double shrunk, List<Distance> float32, List<Distance> float64, List<Distance> functions) {
    Measured(TensorValue float64, TensorValue float32) {
      this(shrunk(float64, float32), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    private static double shrunk(TensorValue float64, TensorValue float32) {
      double left = distance(float32, float64).reference();
      return left > 0 ? Math.max(1, distance(float64, float32).reference() / left) : 1;
    }

    OwnRounding rounding(String moved, long terms) {
      double own =
          Math.sqrt(float32.stream().mapToDouble(d -> d.rms() * d.rms()).average().orElse(0));
      double another = functions.stream().mapToDouble(Distance::rms).max().orElse(0);
      return new OwnRounding(
          float32.size(),
          Math.max(own, another),
          OF_A_SUM * Math.sqrt(terms) * float32.get(0).rmsReference(),
          largest(float32),
          largest(float64),
          shrunk,
          moved);
    }
  }

  private static boolean isAskedInFloat64(TensorResult result, double bound64) {
    return isAsked(result, bound64) && result.error64() > bound64;
  }

  private static boolean isSettled(List<TensorResult> results, int runs, double bound64) {
    return runs >= FEWEST && results.stream().noneMatch(r -> isAsked(r, bound64));
  }

  static Distance distance(TensorValue float64, TensorValue float32) {
    HeldOrder order = HeldOrder.of(float64.shape(), Layout.tensorflow(float64.shape().rank()));
    return Distances.float64(order, TensorView.of(float64), TensorView.of(float32));
  }

  private static double largest(List<Distance> runs) {
    double largest = runs.stream().mapToDouble(Distance::largest).max().orElse(0);
    return largest == 0 ? 0 : largest / runs.get(0).reference();
  }

  /** Judged by the three rules, TensorFlow's distance being that of all runs. */
  TensorResult judge(TensorResult result, double tolerance, double float64) {
    double tree = Math.max(result.unit(), rms);
    double unit = Math.max(tree, sum);
    double noise = result.noise() * result.unit() / unit;
    boolean isSum = result.noise() * result.unit() > Comparison.NOISE_FACTOR * tree;
    boolean isFloat64 = !Double.isNaN(result.error64());
    double own = Comparison.NOISE_FACTOR * largest * shrunk;
    double bound = isFloat64 ? Math.max(tolerance, own) : tolerance;
    double bound64 = Math.max(float64, Comparison.NOISE_FACTOR * own64());
    boolean isRounding =
        noise <= Comparison.NOISE_FACTOR
            && result.error() <= bound
            && !(result.error64() > bound64);
    return isRounding
        ? new TensorResult(
            result.name(),
            result.source(),
            Verdict.MATCH,
            result.error(),
            result.error64(),
            noise,
            unit,
            said(result.error64(), float64) + (isSum ? BY_ONE : ""))
        : result;
  }

  /** What float64 may be off by. */
  private double own64() {
    return Math.max(largest * FLOAT64_UNIT, largest64);
  }

  private String said(double error64, double float64) {
    String off =
        String.format(
            Locale.ROOT,
            "TensorFlow's own float32 is off by up to %.1e of the largest value, over this run"
                + " and %d with %s",
            largest,
            runs - 1,
            moved);
    if (Double.isNaN(error64)) {
      return off + "; computed behind a float32 island";
    }
    return error64 > float64
        ? off
            + String.format(
                Locale.ROOT,
                "; float64 parts by %.1e, which is rounding as well: its own is %.1e",
                error64,
                own64())
        : off;
  }
}

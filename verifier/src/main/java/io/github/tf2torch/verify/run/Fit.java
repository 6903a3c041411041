package io.github.tf2torch.verify.run;

import io.github.tf2torch.verify.cause.Decimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A scale and a shift that lead from what a layer gives to what TensorFlow's gives, one for all of
 * it or one for each channel.
 *
 * @param scales one, or one a channel
 */
public record Fit(List<Double> scales, List<Double> shifts) {

  public Fit {
    scales = List.copyOf(scales);
    shifts = List.copyOf(shifts);
  }

  /** Two places tell a line, and say nothing about whether it is one. */
  private static final int FEWEST = 4;

  private static final int MOST_CHANNELS = 4096;

  private static final int SHOWN = 4;

  /**
   * The one that explains all of it.
   *
   * @param expected TensorFlow's, the last axis its channels
   * @param bound of what is left, against the largest of TensorFlow's
   */
  static Optional<Fit> of(double[] expected, double[] found, int channels, double bound) {
    double size = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    return of(expected, found, size * bound)
        .or(
            () ->
                channels > 1 && channels <= MOST_CHANNELS
                    ? byChannel(expected, found, channels, size * bound)
                    : Optional.empty());
  }

  private static Optional<Fit> byChannel(
      double[] expected, double[] found, int channels, double bound) {
    List<Double> scales = new ArrayList<>();
    List<Double> shifts = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      Optional<Fit> one = of(channel(expected, c, channels), channel(found, c, channels), bound);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      scales.addAll(one.get().scales());
      shifts.addAll(one.get().shifts());
    }
    return Optional.of(new Fit(scales, shifts));
  }

  private static double[] channel(double[] all, int channel, int channels) {
    return IntStream.range(0, all.length / channels)
        .mapToDouble(i -> all[i * channels + channel])
        .toArray();
  }

  private static Optional<Fit> of(double[] expected, double[] found, double bound) {
    int least = 0;
    int most = 0;
    for (int i = 0; i < found.length; i++) {
      least = found[i] < found[least] ? i : least;
      most = found[i] > found[most] ? i : most;
    }
    if (found.length < FEWEST || !(found[most] > found[least])) {
      return Optional.empty();
    }
    double scale = (expected[most] - expected[least]) / (found[most] - found[least]);
    double shift = expected[least] - scale * found[least];
    boolean isLine =
        scale != 0
            && IntStream.range(0, found.length)
                .allMatch(i -> Math.abs(scale * found[i] + shift - expected[i]) <= bound);
    // what is left of a shift is rounding
    return isLine
        ? Optional.of(new Fit(List.of(scale), List.of(Math.abs(shift) <= bound ? 0.0 : shift)))
        : Optional.empty();
  }

  /** In words. */
  public String told() {
    String line = line(0);
    return scales.size() == 1
        ? "TensorFlow's values are " + line + " of the x that it gives here"
        : "TensorFlow's values are another multiple of what it gives here for each channel, as by"
            + " weights or statistics of a normalization: "
            + String.join(
                ", ",
                IntStream.range(0, Math.min(SHOWN, scales.size())).mapToObj(this::line).toList())
            + (scales.size() > SHOWN ? ", ..." : "");
  }

  private String line(int i) {
    float scale = scales.get(i).floatValue();
    float shift = shifts.get(i).floatValue();
    return (scale == 1 ? "x" : Decimal.of(scale) + " x")
        + (shift == 0 ? "" : (shift < 0 ? " - " : " + ") + Decimal.of(Math.abs(shift)));
  }
}

package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** A number by step, both frameworks over each other: TensorFlow broad, PyTorch thin above it. */
final class CurvePlot {
  private static final int TICKS = 6;

  /** Most steps that get a dot and a place to hover over. */
  private static final int MOST_PLACES = 200;

  private final Curve curve;
  private final double lowest;
  private final double highest;
  private final int steps;
  private final StringBuilder axis = new StringBuilder();
  private final StringBuilder field = new StringBuilder();

  private CurvePlot(Curve curve) {
    this.curve = curve;
    double[] finite =
        Stream.of(curve.tensorflow(), curve.torch())
            .flatMap(List::stream)
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .toArray();
    double low = DoubleStream.of(finite).min().orElse(0);
    double high = DoubleStream.of(finite).max().orElse(1);
    double margin = high > low ? (high - low) * 0.08 : Math.max(Math.abs(high), 1) * 0.05;
    this.lowest = low - margin;
    this.highest = high + margin;
    this.steps = Math.max(curve.tensorflow().size(), curve.torch().size());
  }

  static String of(List<Curve> curves) {
    StringBuilder page = new StringBuilder("<div class=\"curves\">\n");
    curves.stream().filter(c -> !c.tensorflow().isEmpty()).forEach(c -> page.append(of(c)));
    return page.append("</div>\n").toString();
  }

  private static String of(Curve curve) {
    return new CurvePlot(curve).draw();
  }

  private String draw() {
    double tick = tick((highest - lowest) / TICKS);
    for (double value = Math.ceil(lowest / tick) * tick; value <= highest; value += tick) {
      axis.append(
          format(
              "<text x=\"100%%\" dx=\"-8\" y=\"%.2f%%\" dy=\"4\" text-anchor=\"end\">%s</text>",
              y(value), label(value, tick)));
      field.append(
          format(
              "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.2f%%\" y2=\"%.2f%%\"/>\n",
              y(value), y(value)));
    }
    field.append(
        """
        <svg width="100%%" height="100%%" viewBox="0 0 100 100" preserveAspectRatio="none"\
         aria-hidden="true"><path class="line tf" d="%s"/><path class="line torch" d="%s"/></svg>
        """
            .formatted(path(curve.tensorflow()), path(curve.torch())));
    for (int i = 0; i < Math.min(steps, MOST_PLACES); i++) {
      place(i);
    }
    return """
        <figure>
        <figcaption>%s, by step. <span class="legend"><span class="key keytf"></span> TensorFlow</span>\
         <span class="legend"><span class="key keytorch"></span> PyTorch</span> <span class="apart">%s</span></figcaption>
        <div class="canvas">
        <svg class="axis" aria-hidden="true">%s</svg>
        <svg class="field" role="group" aria-label="%s by step, both frameworks">
        %s</svg>
        </div>
        <p class="ends soft"><span>step 1</span><span>step %d</span></p>
        </figure>
        """
        .formatted(
            Markup.escape(curve.name()), apart(), axis, Markup.escape(curve.name()), field, steps);
  }

  /** The nearest of 1, 2 and 5 times a power of ten that is no smaller. */
  private static double tick(double width) {
    double power = Math.pow(10, Math.floor(Math.log10(width)));
    return DoubleStream.of(1, 2, 5, 10).filter(f -> f * power >= width).findFirst().orElse(10)
        * power;
  }

  private static String label(double value, double tick) {
    int digits = (int) Math.max(0, -Math.floor(Math.log10(tick) + 1e-9));
    boolean isPlain = digits <= 6 && Math.abs(value) < 1e6;
    return format(isPlain ? "%." + digits + "f" : "%.2e", Math.abs(value) < tick / 2 ? 0 : value);
  }

  private String apart() {
    double most = 0;
    int at = 0;
    for (int i = 0; i < Math.min(curve.tensorflow().size(), curve.torch().size()); i++) {
      double apart = Math.abs(curve.tensorflow().get(i) - curve.torch().get(i));
      if (!(apart <= most) && !Double.isNaN(most)) {
        most = apart;
        at = i + 1;
      }
    }
    if (Double.isNaN(most)) {
      return "At step " + at + " one has no finite number.";
    }
    return most == 0
        ? "Equal at every step."
        : "At most " + Numbers.text(most) + " apart, at step " + at + ".";
  }

  private void place(int index) {
    double width = 97.0 / Math.max(1, steps - 1);
    field.append(
        format(
            "<g class=\"place\"><title>step %d\nTensorFlow %s\nPyTorch %s</title><rect class=\"hit\""
                + " x=\"%.3f%%\" y=\"0\" width=\"%.3f%%\" height=\"100%%\"/>",
            index + 1,
            at(curve.tensorflow(), index),
            at(curve.torch(), index),
            x(index) - width / 2,
            width));
    dot("tf", "5", curve.tensorflow(), index);
    dot("torch", "2.5", curve.torch(), index);
    field.append("</g>\n");
  }

  private static String at(List<Double> values, int index) {
    return index < values.size() ? values.get(index).toString() : "none";
  }

  private void dot(String style, String radius, List<Double> values, int index) {
    if (index < values.size() && Double.isFinite(values.get(index))) {
      field.append(
          format(
              "<circle class=\"%s\" cx=\"%.2f%%\" cy=\"%.2f%%\" r=\"%s\"/>",
              style, x(index), y(values.get(index)), radius));
    }
  }

  private String path(List<Double> values) {
    StringBuilder path = new StringBuilder();
    boolean isDown = false;
    for (int i = 0; i < values.size(); i++) {
      boolean isFinite = Double.isFinite(values.get(i));
      if (isFinite) {
        path.append(format("%s%.3f %.3f ", isDown ? "L" : "M", x(i), y(values.get(i))));
      }
      isDown = isFinite;
    }
    return path.toString().strip();
  }

  private double x(int index) {
    return steps == 1 ? 50 : 1.5 + 97.0 * index / (steps - 1);
  }

  private double y(double value) {
    return 4 + 92 * (highest - value) / (highest - lowest);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}

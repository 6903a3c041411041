package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Locale;

/**
 * The error of each tensor in the order of computation, as inline SVG on a logarithmic scale. Each
 * place is a link to the tensor's row. Places along the axis are percentages, so that the plot
 * takes the width of the page and its text stays as large as the page's.
 */
final class ErrorPlot {
  private static final int HIGHEST = 0;
  private static final int LOWEST = -18;

  /** Percent of the height at the highest power, the lowest, and where errors of zero are. */
  private static final double TOP = 3;

  private static final double BOTTOM = 88;
  private static final double ZERO = 96;

  private static final double FLOAT64_BOUND = 1e-12;

  private final CheckResult check;
  private final List<TensorResult> tensors;
  private final StringBuilder axis = new StringBuilder();
  private final StringBuilder field = new StringBuilder();

  private ErrorPlot(CheckResult check) {
    this.check = check;
    this.tensors = check.tensors();
  }

  /** Of a check of one tensor at least. */
  static String of(CheckResult check, double tolerance) {
    return new ErrorPlot(check).draw(tolerance);
  }

  private String draw(double tolerance) {
    for (int power = HIGHEST; power >= LOWEST; power -= 3) {
      grid(y(power), power == 0 ? "1" : "1e" + power);
    }
    grid(ZERO, "0");
    bound("32", "float32 bound " + Numbers.bound(tolerance), y(Math.log10(tolerance)));
    bound("64", "float64 bound " + Numbers.bound(FLOAT64_BOUND), y(Math.log10(FLOAT64_BOUND)));
    traces();
    for (int i = 0; i < tensors.size(); i++) {
      place(i);
    }
    boolean differs = tensors.stream().anyMatch(t -> t.verdict() == Verdict.DIFFER);
    return """
        <figure class="plot">
        <figcaption>Largest difference of each of %s, in units of TensorFlow's largest value.\
         <span class="legend"><span class="key key64"></span> float64</span>\
         <span class="legend"><span class="key key32"></span> float32</span>%s</figcaption>
        <div class="canvas">
        <svg class="axis" aria-hidden="true">%s</svg>
        <svg class="field" role="group" aria-label="error by tensor, logarithmic; %s">
        %s</svg>
        </div>
        <p class="ends soft"><code>%s</code><code>%s</code></p>
        </figure>
        """
        .formatted(
            Numbers.count(tensors.size(), "tensor"),
            differs
                ? " <span class=\"legend\"><span class=\"key wrongkey\"></span> differs</span>"
                : "",
            axis,
            Numbers.count(tensors.size(), "tensor"),
            field,
            Markup.escape(tensors.get(0).name()),
            Markup.escape(tensors.get(tensors.size() - 1).name()));
  }

  private void grid(double y, String label) {
    axis.append(
        format(
            "<text x=\"100%%\" dx=\"-8\" y=\"%.2f%%\" dy=\"4\" text-anchor=\"end\">%s</text>",
            y, label));
    line("grid", y);
  }

  private void bound(String precision, String says, double y) {
    line("bound" + precision, y);
    field.append(
        format(
            "<text class=\"says%s\" x=\"100%%\" y=\"%.2f%%\" dy=\"-5\" text-anchor=\"end\""
                + " aria-hidden=\"true\">%s</text>\n",
            precision, y, says));
  }

  private void line(String style, double y) {
    field.append(
        format(
            "<line class=\"%s\" x1=\"0\" x2=\"100%%\" y1=\"%.2f%%\" y2=\"%.2f%%\"/>\n",
            style, y, y));
  }

  /** Thin lines that lead the eye from tensor to tensor; nothing where a number is missing. */
  private void traces() {
    StringBuilder float32 = new StringBuilder();
    StringBuilder float64 = new StringBuilder();
    for (int i = 0; i < tensors.size(); i++) {
      point(float64, i, tensors.get(i).error64());
      point(float32, i, tensors.get(i).error());
    }
    field.append(
        """
        <svg width="100%%" height="100%%" viewBox="0 0 100 100" preserveAspectRatio="none"\
         aria-hidden="true"><path class="trace f64" d="%s"/><path class="trace f32" d="%s"/></svg>
        """
            .formatted(float64.toString().strip(), float32.toString().strip()));
  }

  private void point(StringBuilder path, int index, double error) {
    if (Double.isNaN(error)) {
      return;
    }
    path.append(format("%s%.2f %.2f ", path.isEmpty() ? "M" : "L", x(index), yOf(error)));
  }

  private void place(int index) {
    TensorResult tensor = tensors.get(index);
    boolean isWrong = tensor.verdict() == Verdict.DIFFER;
    boolean isMeasured = !Double.isNaN(tensor.error()) || !Double.isNaN(tensor.error64());
    if (!isMeasured && !isWrong) {
      return;
    }
    double width = 100.0 / tensors.size();
    field.append(
        format(
            "<a class=\"place%s\" href=\"#%s\"><title>%s</title><rect class=\"hit\" x=\"%.3f%%\""
                + " y=\"0\" width=\"%.3f%%\" height=\"100%%\"/>",
            isWrong ? " wrong" : "",
            TensorTable.address(check, index),
            Markup.escape(says(tensor)),
            x(index) - width / 2,
            width));
    dot(index, tensor.error64(), "f64", isWrong);
    dot(index, isMeasured ? tensor.error() : Double.POSITIVE_INFINITY, "f32", isWrong);
    field.append("</a>\n");
  }

  private static String says(TensorResult tensor) {
    StringBuilder text = new StringBuilder(tensor.name());
    text.append(": ").append(tensor.verdict().text());
    if (!Double.isNaN(tensor.error())) {
      text.append("\nfloat32 ").append(Numbers.text(tensor.error()));
    }
    if (!Double.isNaN(tensor.error64())) {
      text.append("\nfloat64 ").append(Numbers.text(tensor.error64()));
    }
    if (!Double.isNaN(tensor.noise())) {
      text.append("\nrounding ").append(Numbers.ratio(tensor.noise())).append(" of TensorFlow's");
    }
    return tensor.reason().isEmpty() ? text.toString() : text + "\n" + tensor.reason();
  }

  private void dot(int index, double error, String style, boolean isWrong) {
    if (Double.isNaN(error)) {
      return;
    }
    String radius = isWrong ? "4.5" : tensors.size() > 120 ? "2" : "3";
    field.append(
        format(
            "<circle class=\"%s\" cx=\"%.2f%%\" cy=\"%.2f%%\" r=\"%s\"/>",
            style, x(index), yOf(error), radius));
  }

  private double x(int index) {
    return 100 * (index + 0.5) / tensors.size();
  }

  private static double yOf(double error) {
    return error == 0 ? ZERO : y(Math.log10(error));
  }

  private static double y(double power) {
    double inside = Math.max(LOWEST, Math.min(HIGHEST, power));
    return TOP + (BOTTOM - TOP) * (HIGHEST - inside) / (HIGHEST - LOWEST);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}

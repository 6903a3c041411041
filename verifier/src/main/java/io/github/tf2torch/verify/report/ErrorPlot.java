package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Locale;

/**
 * The error of each tensor in the order of computation, as inline SVG on a logarithmic scale.
 * Places along the axis are percentages, so that the plot takes the width of the page and its text
 * stays as large as the page's.
 */
final class ErrorPlot {
  private static final int HIGHEST = 0;
  private static final int LOWEST = -18;

  /** Percent of the height at the highest power, the lowest, and where errors of zero are. */
  private static final double TOP = 3;

  private static final double BOTTOM = 88;
  private static final double ZERO = 96;

  private final List<TensorResult> tensors;
  private final StringBuilder axis = new StringBuilder();
  private final StringBuilder field = new StringBuilder();

  private ErrorPlot(List<TensorResult> tensors) {
    this.tensors = tensors;
  }

  /** Of one tensor at least. */
  static String of(List<TensorResult> tensors, double tolerance) {
    return new ErrorPlot(tensors).draw(tolerance);
  }

  private String draw(double tolerance) {
    for (int power = HIGHEST; power >= LOWEST; power -= 3) {
      grid(y(power), power == 0 ? "1" : "1e" + power);
    }
    grid(ZERO, "0");
    line("bound", y(Math.log10(tolerance)));
    line("bound64", y(-12));
    for (int i = 0; i < tensors.size(); i++) {
      TensorResult tensor = tensors.get(i);
      double x = 100 * (i + 0.5) / tensors.size();
      dot(x, tensor.error64(), "f64", "float64", tensor);
      dot(x, tensor.error(), "f32", "float32", tensor);
    }
    return "<div class=\"plot\" role=\"img\" aria-label=\"error by layer, logarithmic\">\n"
        + "<svg class=\"axis\">"
        + axis
        + "</svg>\n<svg class=\"field\">\n"
        + field
        + "</svg>\n</div>\n<p class=\"ends soft\"><code>"
        + Markup.escape(tensors.get(0).name())
        + "</code><code>"
        + Markup.escape(tensors.get(tensors.size() - 1).name())
        + "</code></p>\n";
  }

  private void grid(double y, String label) {
    axis.append(
        format("<text x=\"44\" y=\"%.2f%%\" dy=\"4\" text-anchor=\"end\">%s</text>", y, label));
    line("grid", y);
  }

  private void line(String style, double y) {
    field.append(
        format(
            "<line class=\"%s\" x1=\"0\" x2=\"100%%\" y1=\"%.2f%%\" y2=\"%.2f%%\"/>\n",
            style, y, y));
  }

  private void dot(double x, double error, String style, String precision, TensorResult tensor) {
    if (Double.isNaN(error)) {
      return;
    }
    boolean isWrong = tensor.verdict() == Verdict.DIFFER;
    field.append(
        format(
            "<circle class=\"%s\" cx=\"%.2f%%\" cy=\"%.2f%%\" r=\"%s\"><title>%s: %s %.2e</title>"
                + "</circle>\n",
            isWrong ? "wrong" : style,
            x,
            error == 0 ? ZERO : y(Math.log10(error)),
            isWrong ? "4" : "2.5",
            Markup.escape(tensor.name()),
            precision,
            error));
  }

  private static double y(double power) {
    double inside = Math.max(LOWEST, Math.min(HIGHEST, power));
    return TOP + (BOTTOM - TOP) * (HIGHEST - inside) / (HIGHEST - LOWEST);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}

package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Locale;

/** The error of each tensor in the order of computation, as inline SVG on a logarithmic scale. */
final class ErrorPlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 240;
  private static final int LEFT = 56;
  private static final int BOTTOM = 24;
  private static final double LOWEST = -18;

  private ErrorPlot() {}

  static String of(List<TensorResult> tensors, double tolerance) {
    StringBuilder svg = new StringBuilder();
    svg.append("<svg role=\"img\" aria-label=\"error by layer\" viewBox=\"0 0 ");
    svg.append(WIDTH).append(' ').append(HEIGHT).append("\">\n");
    for (int power = 0; power >= LOWEST; power -= 3) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text x=\"4\" y=\"%.1f\">1e%d</text>%n",
              LEFT,
              WIDTH,
              y(power),
              y(power),
              y(power) + 4,
              power));
    }
    bound(svg, tolerance, "bound");
    bound(svg, 1e-12, "bound64");
    for (int i = 0; i < tensors.size(); i++) {
      TensorResult tensor = tensors.get(i);
      double x = LEFT + (i + 0.5) * (WIDTH - LEFT) / tensors.size();
      dot(svg, x, tensor.error(), "f32", tensor);
      dot(svg, x, tensor.error64(), "f64", tensor);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void bound(StringBuilder svg, double value, String style) {
    double y = y(Math.log10(value));
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
            style,
            LEFT,
            WIDTH,
            y,
            y));
  }

  private static void dot(
      StringBuilder svg, double x, double error, String style, TensorResult tensor) {
    if (Double.isNaN(error)) {
      return;
    }
    double y = y(error == 0 ? LOWEST : Math.log10(error));
    svg.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s %.3g</title></circle>%n",
            style,
            x,
            y,
            Markup.escape(tensor.name()),
            error));
  }

  private static double y(double power) {
    double clamped = Math.max(LOWEST, Math.min(0, power));
    return 12 + (HEIGHT - BOTTOM - 12) * clamped / LOWEST;
  }
}

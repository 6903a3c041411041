package io.github.tf2torch.verify.report;

import java.util.List;

/**
 * A number that both frameworks gave at each step, such as a loss.
 *
 * @param name what it is, and in which precision: {@code loss in float64}
 */
public record Curve(String name, List<Double> tensorflow, List<Double> torch) {
  public Curve {
    tensorflow = List.copyOf(tensorflow);
    torch = List.copyOf(torch);
  }
}

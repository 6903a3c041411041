package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adafactor. PyTorch factors the last two axes (torch/optim/_adafactor.py), and has its first
 * epsilon as a floor where TensorFlow adds it to each square.
 */
final class StockAdafactor {
  /** Squares of it are far below those of any gradient that counts. */
  private static final double SMALL = 1e-20;

  /** Its square is still a float32. */
  private static final double LEAST = 1.1e-19;

  private StockAdafactor() {}

  static TorchOptimizer of(Nearest nearest) {
    boolean isMesh = nearest.own().className().startsWith("Mesh");
    double epsilon = nearest.number("epsilon1");
    if (epsilon > SMALL) {
      throw nearest.none(
          "it adds epsilon1 (%s) to each squared gradient, where torch.optim.Adafactor has a floor"
              .formatted(Nearest.text(epsilon)));
    }
    double threshold = nearest.number("clip_threshold");
    if (threshold < 1) {
      throw nearest.none(
          "its clipping threshold is %s, and that of torch.optim.Adafactor is 1 at least"
              .formatted(Nearest.text(threshold)));
    }
    double floor = Math.max(LEAST, Math.sqrt(epsilon));
    nearest.lossy(
        "epsilon: it has floors under its means of squares, %s under an element's and %s under a"
            + " matrix's, where TensorFlow adds %s to each square: the same up to rounding where the"
            + " mean of a matrix is above its floor, else steps are longer",
        Nearest.text(floor * floor), Nearest.text(floor), Nearest.text(epsilon));
    if (isMesh) {
      double lr = nearest.number("lr");
      nearest.lossy(
          "its rate is at most 1 / sqrt(step), TensorFlow's is not: the same until step %.0f at a"
              + " rate of %s",
          lr == 0 ? Double.POSITIVE_INFINITY : Math.floor(1 / (lr * lr)), Nearest.text(lr));
    }
    nearest.afresh("their means start at 0, as they do in TensorFlow");
    nearest.scalar("step", nearest.number("step")).key("v", "variance");
    nearest.own().state().forEach((parameter, tensors) -> means(nearest, parameter));
    return nearest.made(
        "Adafactor",
        settings -> arguments(settings, isMesh, floor),
        Sgd.stock("weight_decay", "foreach", "maximize"));
  }

  private static Map<String, Config> arguments(
      Map<String, Config> from, boolean isMesh, double floor) {
    Map<String, Config> arguments = new LinkedHashMap<>();
    arguments.put("lr", from.get("lr"));
    arguments.put(
        "beta2_decay",
        isMesh
            ? new Config.Real(-Schedule.real(from.get("exponent"), 0.8))
            : from.get("beta2_decay"));
    arguments.put("eps", new Config.Items(List.of(new Config.Real(floor), from.get("epsilon2"))));
    arguments.put("d", from.get("clip_threshold"));
    return arguments;
  }

  /** The means of a parameter by the place of the axis that is taken. */
  private static void means(Nearest nearest, String parameter) {
    Map<String, Config> settings = nearest.settings(parameter);
    for (String key : List.of(Factoring.ROW, Factoring.COLUMN)) {
      for (TorchOptimizer.State mean : nearest.own().state().get(parameter)) {
        if (mean.key().equals(key)) {
          String taken = key.equals(Factoring.ROW) ? Factoring.ROW_AXIS : Factoring.COLUMN_AXIS;
          long axis = ((Config.Whole) settings.get(taken)).value();
          long last = mean.recipe().shape().rank() - 1L;
          if (axis < last - 1) {
            throw nearest.none(
                ("it has means of %s along other axes than the last two, along which"
                        + " torch.optim.Adafactor has them")
                    .formatted(parameter));
          }
          nearest.key(parameter, key, axis == last ? "row_var" : "col_var");
        }
      }
    }
  }
}

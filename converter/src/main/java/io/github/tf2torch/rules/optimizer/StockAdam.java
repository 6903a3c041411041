package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adam and its kin, whose epsilon PyTorch adds in another place. */
final class StockAdam {
  private static final String AFRESH = "the bias of their moments is corrected from step 1 on";

  private StockAdam() {}

  static TorchOptimizer of(Nearest nearest) {
    boolean isBert = nearest.own().className().equals("BertAdam");
    boolean decays = nearest.has("weight_decay");
    boolean amsgrad = nearest.keeps("vhat");
    long steps = isBert ? Nearest.MANY : nearest.steps("beta2");
    if (isBert) {
      nearest.lossy(
          "it corrects the bias of the moments, TensorFlow's does not: step is set to %d, where"
              + " nothing is left to correct, so that steps are equal up to rounding",
          Nearest.MANY);
    } else {
      epsilonBesideTheRoot(nearest, steps);
    }
    if (decays) {
      nearest.decays();
    }
    nearest.afresh(AFRESH);
    nearest.scalar("step", steps).key("m", "exp_avg").key("v", "exp_avg_sq");
    nearest.key("vhat", "max_exp_avg_sq");
    Map<String, Config> others = Mapping.numbers("weight_decay", 0.0, "amsgrad", false);
    others.put("decoupled_weight_decay", new Config.Bool(decays));
    others.putAll(Sgd.stock("maximize", "foreach", "capturable", "differentiable", "fused"));
    return nearest.made(
        decays ? "AdamW" : "Adam",
        settings -> {
          Map<String, Config> arguments = arguments(settings);
          if (decays) {
            arguments.put("weight_decay", settings.get("weight_decay"));
          }
          if (amsgrad) {
            arguments.put("amsgrad", new Config.Bool(true));
          }
          return arguments;
        },
        others);
  }

  private static Map<String, Config> arguments(Map<String, Config> from) {
    Map<String, Config> arguments = new LinkedHashMap<>();
    arguments.put("lr", from.get("lr"));
    arguments.put("betas", new Config.Items(List.of(from.get("beta1"), from.get("beta2"))));
    arguments.put("eps", from.get("epsilon"));
    return arguments;
  }

  private static void epsilonBesideTheRoot(Nearest nearest, long steps) {
    double beta2 = nearest.number("beta2");
    double factor = 1 / Math.sqrt(1 - Math.pow(beta2, steps + 1));
    // where the factor is 1.01
    long near = (long) Math.ceil(Math.log(1 - 1 / (1.01 * 1.01)) / Math.log(beta2));
    nearest.stepError(factor - 1);
    nearest.lossy(
        "epsilon: it divides by sqrt(v / (1 - beta2^t)) + eps, TensorFlow by (sqrt(v) + eps) /"
            + " sqrt(1 - beta2^t): an element's step is longer by a factor of up to %.4g at"
            + " step %d (where sqrt(v) is far below %s), up to 1.01 from step %d on",
        factor, steps + 1, Nearest.text(nearest.number("epsilon")), Math.max(near, steps + 1));
  }

  /**
   * torch/optim/nadam.py has the schedule of Keras 2 by default, and that of Keras 3 by a number.
   */
  static TorchOptimizer nadam(Nearest nearest) {
    nearest.lossy(
        "the schedule of the momentum is in float64, TensorFlow's in float32: steps are equal up to"
            + " that rounding, less than 1e-6 of the largest of a tensor");
    nearest.afresh("their schedule of the momentum is at its first step");
    nearest.scalar("step", nearest.number("step")).scalar("mu_product", nearest.number("product"));
    nearest.key("m", "exp_avg").key("v", "exp_avg_sq");
    Map<String, Config> others =
        Mapping.numbers("weight_decay", 0.0, "decoupled_weight_decay", false);
    others.putAll(Sgd.stock("maximize", "foreach", "capturable", "differentiable"));
    return nearest.made(
        "NAdam",
        settings -> {
          Map<String, Config> rounded = new LinkedHashMap<>(settings);
          rounded.replaceAll((name, value) -> name.startsWith("beta") ? single(value) : value);
          Map<String, Config> arguments = arguments(rounded);
          arguments.put("momentum_decay", settings.get("momentum_decay"));
          return arguments;
        },
        others);
  }

  /** As TensorFlow has it in this rule, whatever the weights are. */
  private static Config single(Config number) {
    return new Config.Real((float) Schedule.real(number, 0));
  }

  /** torch/optim/adamax.py: {@code max(beta2 * norm, abs(g) + eps)}. */
  static TorchOptimizer adamax(Nearest nearest) {
    double epsilon = nearest.number("epsilon");
    nearest.stepError(1);
    nearest.lossy(
        "epsilon: it divides by max(beta2 * norm, abs(g) + eps), TensorFlow by max(beta2 * norm,"
            + " abs(g)) + eps: an element's step is longer by a factor of at most 2 (where its norm"
            + " is near %s; 1.01 or less where it is above %.2g), and never shorter",
        Nearest.text(epsilon), 100 * epsilon);
    nearest.afresh(AFRESH);
    nearest.scalar("step", nearest.steps("beta1")).key("m", "exp_avg").key("norm", "exp_inf");
    return nearest.made(
        "Adamax",
        StockAdam::arguments,
        Sgd.stock("weight_decay", "foreach", "maximize", "differentiable", "capturable"));
  }
}

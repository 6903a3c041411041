package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adagrad and Adadelta of Keras: an epsilon under the root of a sum can be part of the sum. */
final class StockAdagrad {
  private StockAdagrad() {}

  static TorchOptimizer of(Nearest nearest) {
    boolean isUnder = nearest.hasLine("p = p - lr * g / sqrt(accumulator + epsilon)");
    double epsilon = nearest.number("epsilon");
    double first = nearest.own().rule().state().get(0).initial();
    if (isUnder) {
      nearest.lossy(
          "epsilon: TensorFlow divides by sqrt(sum + epsilon), which is the same as eps 0 with %s in"
              + " the sum from the start: steps are equal up to the rounding of that sum",
          Nearest.text(epsilon));
      nearest.key("accumulator", "sum", s -> new TensorExpr.Shift(s, epsilon));
    } else {
      nearest.key("accumulator", "sum");
    }
    nearest.afresh("their sum starts as it does in TensorFlow");
    nearest.scalar("step", 0);
    return nearest.made(
        "Adagrad",
        settings -> {
          Map<String, Config> arguments = new LinkedHashMap<>();
          arguments.put("lr", settings.get("lr"));
          double sum = (float) first + (isUnder ? epsilon : 0);
          arguments.putAll(
              Mapping.numbers("initial_accumulator_value", sum, "eps", isUnder ? 0.0 : epsilon));
          return arguments;
        },
        Sgd.stock("lr_decay", "weight_decay", "foreach", "maximize", "differentiable", "fused"));
  }

  /** The same formula: it is a class of its own for what is around the step alone. */
  static TorchOptimizer adadelta(Nearest nearest) {
    nearest.scalar("step", 0).key("square_avg", "square_avg").key("acc_delta", "acc_delta");
    return nearest.made(
        "Adadelta",
        settings -> {
          Map<String, Config> arguments = new LinkedHashMap<>();
          for (String name : new String[] {"lr", "rho", "eps"}) {
            arguments.put(name, settings.get(name));
          }
          return arguments;
        },
        Sgd.stock("weight_decay", "maximize", "capturable", "foreach", "differentiable"));
  }
}

package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keras's velocity as a sum of gradients, which it is while the learning rate stays. */
final class StockSgd {
  private StockSgd() {}

  static TorchOptimizer of(Nearest nearest) {
    double lr = nearest.number("lr");
    boolean hasMomentum = nearest.number("momentum") != 0;
    if (hasMomentum && lr == 0) {
      throw nearest.none("its velocity holds the learning rate, which is 0 at this step");
    }
    if (hasMomentum) {
      nearest.lossy(
          "momentum: momentum_buffer is Keras's velocity / -lr, the same while lr stays %s; where lr"
              + " changes from a to b, what was gathered before counts b / a times as much (undo it"
              + " before that step: momentum_buffer *= a / b)",
          Nearest.text(lr));
      nearest.key("velocity", "momentum_buffer", v -> new TensorExpr.Scale(v, -1 / lr));
    } else {
      // p - lr * (g + decay * p) is what decoupled decay does, too.
      nearest.decays();
    }
    boolean nesterov = hasMomentum && !nearest.hasLine(Sgd.PLAIN);
    Map<String, Config> others =
        Mapping.numbers("momentum", 0.0, "dampening", 0.0, "nesterov", false, "weight_decay", 0.0);
    others.putAll(Sgd.stock("maximize", "foreach", "differentiable", "fused"));
    return nearest.made("SGD", s -> arguments(s, hasMomentum, nesterov), others);
  }

  private static Map<String, Config> arguments(
      Map<String, Config> from, boolean hasMomentum, boolean nesterov) {
    Map<String, Config> arguments = new LinkedHashMap<>();
    arguments.put("lr", from.get("lr"));
    if (hasMomentum) {
      arguments.put("momentum", from.get("momentum"));
      if (nesterov) {
        arguments.put("nesterov", new Config.Bool(true));
      }
    } else if (from.containsKey("weight_decay")) {
      arguments.put("weight_decay", from.get("weight_decay"));
    }
    return arguments;
  }
}

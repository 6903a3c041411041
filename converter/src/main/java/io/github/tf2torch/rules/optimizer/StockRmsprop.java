package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.LinkedHashMap;
import java.util.Map;

/** RMSprop, whose epsilon PyTorch adds to the root and not under it. */
final class StockRmsprop {
  private StockRmsprop() {}

  static TorchOptimizer of(Nearest nearest) {
    double lr = nearest.number("lr");
    boolean hasVelocity = nearest.keeps("velocity") && nearest.number("momentum") != 0;
    if (hasVelocity && lr == 0) {
      throw nearest.none("its velocity holds the learning rate, which is 0 at this step");
    }
    double epsilon = nearest.number("epsilon");
    // Keras 2 without momentum is the one that has it beside the root, as PyTorch does.
    boolean isUnder =
        !nearest.hasLine("p = p - " + RmsProp.beside("rms"))
            && !nearest.hasLine("p = p - " + RmsProp.beside(RmsProp.CENTERED));
    if (isUnder) {
      nearest.stepError(1 - Math.sqrt(0.5));
      nearest.lossy(
          "epsilon: it divides by sqrt(v) + eps, TensorFlow by sqrt(v + epsilon): eps is the root of"
              + " %s, with which what a gradient adds to a step is shorter by a factor of at most"
              + " 1.4142 (at v = epsilon; 1.01 or less where v is above %.2g)",
          Nearest.text(epsilon), 1e4 * epsilon);
    }
    if (hasVelocity) {
      nearest.lossy(
          "momentum: momentum_buffer is TensorFlow's velocity / lr, equal while lr stays %s; where"
              + " lr changes, it scales what was gathered before, TensorFlow does not",
          Nearest.text(lr));
      nearest.key("velocity", "momentum_buffer", v -> new TensorExpr.Scale(v, 1 / lr));
    }
    boolean isTf1 = nearest.own().className().startsWith("TensorFlow");
    nearest.afresh("their mean of squares is 0 at first" + (isTf1 ? ", not 1" : ""));
    nearest.scalar("step", 0).key("rms", "square_avg").key("mean", "grad_avg");
    double eps = isUnder ? Math.sqrt(epsilon) : epsilon;
    Map<String, Config> others = Mapping.numbers("momentum", 0.0, "centered", false);
    others.putAll(Sgd.stock("weight_decay", "capturable", "foreach", "maximize", "differentiable"));
    return nearest.made(
        "RMSprop",
        settings -> {
          Map<String, Config> arguments = new LinkedHashMap<>();
          arguments.put("lr", settings.get("lr"));
          arguments.put("alpha", settings.get("rho"));
          arguments.put("eps", new Config.Real(eps));
          if (hasVelocity) {
            arguments.put("momentum", settings.get("momentum"));
          }
          if (nearest.keeps("mean")) {
            arguments.put("centered", new Config.Bool(true));
          }
          return arguments;
        },
        others);
  }
}

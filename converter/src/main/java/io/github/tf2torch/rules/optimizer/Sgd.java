package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gradient descent, with momentum or without. TF1's velocity is PyTorch's; that of Keras has the
 * learning rate and the sign in it, so that a change of the rate acts otherwise.
 */
final class Sgd implements Family {
  /** What Keras does without Nesterov's correction. */
  static final String PLAIN = "p = p + velocity";

  /** The rest of a group of torch.optim.SGD. */
  private static final Map<String, Config> STOCK =
      stock("weight_decay", "maximize", "foreach", "differentiable", "fused");

  @Override
  public Set<String> kinds() {
    return Set.of("GradientDescent", "Momentum", "SGD", "KerasMomentum");
  }

  @Override
  public Mapping map(Given given) {
    double lr = given.learningRate(0.01);
    boolean hasMomentum = !given.kind().equals("GradientDescent");
    double momentum =
        !hasMomentum
            ? 0
            : given.kind().equals("SGD") ? ofKeras(given) : given.number(0.9, "momentum");
    boolean nesterov = given.flag("nesterov", "use_nesterov");
    boolean isTf1 = given.kind().equals("Momentum") || !hasMomentum;
    return (isTf1 || momentum == 0) && !KerasOptions.isOn(given)
        ? stock(lr, (float) momentum, nesterov && momentum != 0)
        : own(given, lr, (float) momentum, nesterov);
  }

  /** Without a configuration, velocities say that there is a momentum, but not which. */
  private static double ofKeras(Given given) {
    if (given.optional("momentum").isPresent()) {
      return given.optional("momentum").getAsDouble();
    }
    if (!given.hasSlot("momentum", "m")) {
      return 0;
    }
    given.assume(
        "momentum is 0.9, as most train; the source has velocities and does not say: set momentum");
    return 0.9;
  }

  /** torch/optim/sgd.py: {@code b = momentum * b + g; p -= lr * b}, as training_ops.cc has it. */
  private static Mapping stock(double lr, double momentum, boolean nesterov) {
    Map<String, Config> arguments = Mapping.numbers("lr", lr);
    if (momentum != 0) {
      arguments.putAll(Mapping.numbers("momentum", momentum));
    }
    if (nesterov) {
      arguments.putAll(Mapping.numbers("nesterov", true));
    }
    Map<String, Config> others =
        Mapping.numbers("momentum", 0.0, "dampening", 0.0, "nesterov", false);
    others.putAll(STOCK);
    List<SlotUse> slots =
        momentum == 0 ? List.of() : List.of(SlotUse.of("momentum_buffer", 0, "momentum"));
    return Mapping.stock(step(momentum != 0, nesterov), arguments, others, slots, Optional.empty());
  }

  /** torch/optim/sgd.py, {@code _single_tensor_sgd}. */
  private static UpdateRule step(boolean hasMomentum, boolean nesterov) {
    RuleText text = new RuleText("SGD", "Gradient descent.").setting("lr", 0.001);
    if (!hasMomentum) {
      return text.each("p = p - lr * g").rule();
    }
    return text.setting("momentum", 0)
        .state("momentum_buffer", 0)
        .each("momentum_buffer = momentum * momentum_buffer + g")
        .each(
            nesterov
                ? "p = p - lr * (g + momentum * momentum_buffer)"
                : "p = p - lr * momentum_buffer")
        .rule();
  }

  /** keras/src/optimizers/sgd.py, {@code update_step}. */
  private static Mapping own(Given given, double lr, double momentum, boolean nesterov) {
    Map<String, Config> numbers = Mapping.numbers("lr", lr);
    String how = nesterov ? "SGD with Nesterov momentum" : "SGD";
    RuleText text =
        new RuleText("KerasSGD", how + " as Keras steps it: the learning rate is in the velocity.")
            .setting("lr", 0.01);
    if (momentum == 0) {
      KerasOptions.begin(text, given, numbers).each("p = p - lr * g");
      return Mapping.own(text.rule(), numbers, List.of());
    }
    numbers.putAll(Mapping.numbers("momentum", momentum));
    text.setting("momentum", 0.9).state("velocity", 0);
    KerasOptions.begin(text, given, numbers)
        .each("velocity = momentum * velocity - lr * g")
        .each(nesterov ? "p = p + (momentum * velocity - lr * g)" : PLAIN);
    return Mapping.own(
        text.rule(), numbers, List.of(SlotUse.of("velocity", 0, "momentum", "m", "velocity")));
  }

  /** Settings of a group that PyTorch has for all of its optimizers, as they are by default. */
  static Map<String, Config> stock(String... names) {
    Map<String, Config> settings = new LinkedHashMap<>();
    for (String name : names) {
      settings.put(
          name,
          switch (name) {
            case "weight_decay", "lr_decay" -> new Config.Real(0);
            case "foreach", "fused" -> new Config.Absent();
            default -> new Config.Bool(false);
          });
    }
    return settings;
  }
}

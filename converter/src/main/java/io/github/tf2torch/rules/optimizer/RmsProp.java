package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * RMSProp. TensorFlow adds epsilon under the root, PyTorch beside it; Keras 2 without momentum is
 * the one that does as PyTorch does.
 */
final class RmsProp implements Family {
  static final String CENTERED = "rms - mean * mean";

  @Override
  public Set<String> kinds() {
    return Set.of("RMSProp", "RMSprop");
  }

  @Override
  public Mapping map(Given given) {
    Dialect dialect = given.dialect();
    boolean isTf1 = dialect == Dialect.TF1;
    double lr = given.learningRate(0.001);
    double rho = isTf1 ? given.number(0.9, "decay") : given.number(0.9, "rho");
    double momentum = given.optional("momentum").orElse(0);
    if (isTf1 && given.optional("momentum").isEmpty()) {
      given.assume("momentum is 0.0, TensorFlow's default; the source does not say");
    }
    boolean centered = given.flag("centered") || given.hasSlot("mg", "average_gradient");
    double epsilon = given.number(isTf1 ? 1e-10 : 1e-7, "epsilon");
    if (dialect == Dialect.KERAS2 && momentum == 0 && !KerasOptions.isOn(given)) {
      return stock(given, lr, (float) rho, epsilon, centered);
    }
    boolean isRounded = dialect != Dialect.KERAS;
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", lr,
            "rho", isRounded ? (float) rho : rho,
            "momentum", isRounded ? (float) momentum : momentum,
            "epsilon", isTf1 ? (float) epsilon : epsilon);
    return own(given, numbers, centered, isTf1 || momentum != 0);
  }

  /** optimizer_v2/rmsprop.py without momentum, and torch/optim/rmsprop.py. */
  private static Mapping stock(
      Given given, double lr, double rho, double epsilon, boolean centered) {
    Map<String, Config> arguments = Mapping.numbers("lr", lr, "alpha", rho, "eps", epsilon);
    List<SlotUse> slots =
        new ArrayList<>(List.of(SlotUse.of("square_avg", 0, "rms", "accumulator")));
    if (centered) {
      arguments.putAll(Mapping.numbers("centered", true));
      slots.add(SlotUse.of("grad_avg", 0, "mg"));
    }
    Map<String, Config> others = Mapping.numbers("momentum", 0.0, "centered", false);
    others.putAll(Sgd.stock("weight_decay", "capturable", "foreach", "maximize", "differentiable"));
    return Mapping.stock(step(centered), arguments, others, slots, Optional.of(given.step()));
  }

  /** torch/optim/rmsprop.py, {@code _single_tensor_rmsprop}. */
  private static UpdateRule step(boolean centered) {
    RuleText text =
        new RuleText("RMSprop", "RMSprop, epsilon beside the root.")
            .setting("lr", 0.01)
            .setting("alpha", 0.99)
            .setting("eps", 1e-8)
            .state("square_avg", 0)
            .each("square_avg = square_avg * alpha + g * g * (1 - alpha)");
    if (centered) {
      text.state("grad_avg", 0).each("grad_avg = grad_avg + (g - grad_avg) * (1 - alpha)");
    }
    String variance = centered ? "square_avg - grad_avg * grad_avg" : "square_avg";
    return text.each("p = p - lr * g / (sqrt(" + variance + ") + eps)").rule();
  }

  /**
   * core/kernels/training_ops.cc, ApplyRMSProp and ApplyCenteredRMSProp;
   * keras/src/optimizers/rmsprop.py, {@code update_step}.
   */
  private static Mapping own(
      Given given, Map<String, Config> numbers, boolean centered, boolean hasMomentum) {
    boolean isTf1 = given.dialect() == Dialect.TF1;
    String name = isTf1 ? "TensorFlowRMSprop" : "KerasRMSprop";
    double first = isTf1 ? 1 : 0;
    RuleText text =
        new RuleText(name, "RMSprop as TensorFlow steps it: epsilon is added under the root.")
            .setting("lr", 0.001)
            .setting("rho", 0.9)
            .setting("momentum", 0)
            .setting("epsilon", isTf1 ? 1e-10 : 1e-7)
            .state("rms", first);
    List<SlotUse> slots =
        new ArrayList<>(List.of(SlotUse.of("rms", first, "rms", "velocity", "accumulator")));
    KerasOptions.begin(text, given, numbers).each("rms = rms + (g * g - rms) * (1 - rho)");
    String variance = "rms";
    if (centered) {
      text.state("mean", 0).each("mean = mean + (g - mean) * (1 - rho)");
      slots.add(SlotUse.of("mean", 0, "mg", "average_gradient"));
      variance = CENTERED;
    }
    boolean isBeside = given.dialect() == Dialect.KERAS2 && !hasMomentum;
    String update = isBeside ? beside(variance) : "lr * g / sqrt(" + variance + " + epsilon)";
    if (hasMomentum) {
      text.state("velocity", 0)
          .each("velocity = momentum * velocity + " + update)
          .each("p = p - velocity");
      slots.add(SlotUse.of("velocity", 0, "momentum"));
    } else {
      text.each("p = p - " + update);
    }
    return Mapping.own(text.rule(), numbers, slots);
  }

  /** A step with epsilon beside the root. */
  static String beside(String variance) {
    return "lr * g / (sqrt(" + variance + ") + epsilon)";
  }
}

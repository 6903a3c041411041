package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Adam, with decoupled weight decay or without. TensorFlow adds epsilon to the root of v before its
 * bias is corrected (the paper's epsilon hat), PyTorch after, so that no constant epsilon of
 * PyTorch's is the same.
 */
final class Adam implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Adam", "AdamW");
  }

  @Override
  public Mapping map(Given given) {
    boolean isTf1 = given.dialect() == Dialect.TF1;
    boolean amsgrad = given.flag("amsgrad") || given.hasSlot("vhat");
    Map<String, Config> numbers = Mapping.numbers("lr", given.learningRate(0.001));
    // Keras takes 1 - beta before it rounds, all others after.
    boolean isRounded = given.dialect() != Dialect.KERAS;
    double beta1 = given.number(0.9, "beta1", "beta_1");
    double beta2 = given.number(0.999, "beta2", "beta_2");
    double epsilon = given.number(isTf1 ? 1e-8 : 1e-7, "epsilon");
    numbers.putAll(
        Mapping.numbers(
            "beta1", isRounded ? (float) beta1 : beta1,
            "beta2", isRounded ? (float) beta2 : beta2,
            "epsilon", isTf1 ? (float) epsilon : epsilon));
    RuleText text = isTf1 ? tf1(given, numbers) : keras(given, numbers);
    text.each("m = m + (g - m) * (1 - beta1)", "v = v + (g * g - v) * (1 - beta2)");
    List<SlotUse> slots =
        new ArrayList<>(
            List.of(SlotUse.of("m", 0, "m", "momentum"), SlotUse.of("v", 0, "v", "velocity")));
    if (amsgrad) {
      text.state("vhat", 0).each("vhat = maximum(vhat, v)");
      slots.add(SlotUse.of("vhat", 0, "vhat", "velocity_hat"));
    }
    text.each("p = p - m * alpha / (sqrt(" + (amsgrad ? "vhat" : "v") + ") + epsilon)");
    return Mapping.own(text.rule(), numbers, slots);
  }

  /** core/kernels/training_ops.cc, ApplyAdam; python/training/adam.py keeps powers in float32. */
  private static RuleText tf1(Given given, Map<String, Config> numbers) {
    for (String beta : List.of("beta1", "beta2")) {
      OptionalDouble power = given.counter(beta + "_power");
      if (power.isEmpty() && given.hasSlot("m")) {
        given.assume(
            beta
                + "_power is not in the source: taken as 0, as after many steps, when no bias is"
                + " left to correct");
      }
      if (power.isPresent() || given.hasSlot("m")) {
        numbers.putAll(Mapping.numbers(beta + "_power", power.orElse(0)));
      }
    }
    return settings(
            new RuleText(
                "TensorFlowAdam",
                "Adam as TensorFlow 1 steps it: epsilon is added before the bias is corrected."),
            1e-8)
        .counter("beta1_power", new Config.Text("beta1"))
        .counter("beta2_power", new Config.Text("beta2"))
        .before("alpha = lr * sqrt(1 - beta2_power) / (1 - beta1_power)")
        .after("beta1_power = float32(beta1_power * beta1)")
        .after("beta2_power = float32(beta2_power * beta2)");
  }

  /** keras/src/optimizers/adam.py, {@code update_step}. */
  private static RuleText keras(Given given, Map<String, Config> numbers) {
    numbers.putAll(Mapping.numbers("step", given.countedSteps()));
    String name = given.kind().equals("AdamW") ? "KerasAdamW" : "KerasAdam";
    RuleText text =
        settings(
            new RuleText(
                name, "Adam as Keras steps it: epsilon is added before the bias is corrected."),
            1e-7);
    KerasOptions.begin(text, given, numbers).counting();
    return text.before("correction1 = 1 - float32(beta1) ** step")
        .before("correction2 = 1 - float32(beta2) ** step")
        .before("alpha = lr * sqrt(correction2) / correction1");
  }

  private static RuleText settings(RuleText text, double epsilon) {
    return text.setting("lr", 0.001)
        .setting("beta1", 0.9)
        .setting("beta2", 0.999)
        .setting("epsilon", epsilon)
        .state("m", 0)
        .state("v", 0);
  }
}

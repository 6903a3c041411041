package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adagrad: TF1 has no epsilon, Keras 2 adds it beside the root as PyTorch does, Keras 3 under. */
final class Adagrad implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Adagrad");
  }

  @Override
  public Mapping map(Given given) {
    double lr = given.learningRate(0.001);
    double first = given.optional("initial_accumulator_value").orElse(0.1);
    double epsilon =
        given.dialect() == Dialect.TF1
            ? given.optional("epsilon").orElse(0)
            : given.number(1e-7, "epsilon");
    return given.dialect() == Dialect.KERAS || KerasOptions.isOn(given)
        ? own(given, lr, first, epsilon)
        : stock(given, lr, first, epsilon);
  }

  /** core/kernels/training_ops.cc, ApplyAdagrad and ApplyAdagradV2; torch/optim/adagrad.py. */
  private static Mapping stock(Given given, double lr, double first, double epsilon) {
    Map<String, Config> arguments =
        Mapping.numbers("lr", lr, "initial_accumulator_value", (float) first, "eps", epsilon);
    Map<String, Config> others =
        Sgd.stock("lr_decay", "weight_decay", "foreach", "maximize", "differentiable", "fused");
    return Mapping.stock(
        step(first),
        arguments,
        others,
        List.of(SlotUse.of("sum", first, "accumulator")),
        Optional.of(given.step()));
  }

  /** torch/optim/adagrad.py, {@code _single_tensor_adagrad}. */
  private static UpdateRule step(double first) {
    return new RuleText("Adagrad", "Adagrad, epsilon beside the root.")
        .setting("lr", 0.01)
        .setting("eps", 1e-10)
        .state("sum", first)
        .each("sum = sum + g * g")
        .each("p = p - lr * g / (sqrt(sum) + eps)")
        .rule();
  }

  /** keras/src/optimizers/adagrad.py, {@code update_step}. */
  private static Mapping own(Given given, double lr, double first, double epsilon) {
    Map<String, Config> numbers = Mapping.numbers("lr", lr, "epsilon", epsilon);
    boolean isUnder = given.dialect() == Dialect.KERAS;
    RuleText text =
        new RuleText("KerasAdagrad", "Adagrad as Keras steps it: epsilon is added under the root.")
            .setting("lr", 0.001)
            .setting("epsilon", 1e-7)
            .state("accumulator", first);
    KerasOptions.begin(text, given, numbers)
        .each("accumulator = accumulator + g * g")
        .each(
            isUnder
                ? "p = p - lr * g / sqrt(accumulator + epsilon)"
                : "p = p - lr * g / (sqrt(accumulator) + epsilon)");
    return Mapping.own(
        text.rule(), numbers, List.of(SlotUse.of("accumulator", first, "accumulator")));
  }
}

package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adadelta, which is the same everywhere: epsilon under both roots. */
final class Adadelta implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Adadelta");
  }

  @Override
  public Mapping map(Given given) {
    double lr = given.learningRate(0.001);
    boolean isTf1 = given.dialect() == Dialect.TF1;
    double rho = given.settled(0.95, given.dialect() != Dialect.KERAS, "rho");
    double epsilon = given.settled(isTf1 ? 1e-8 : 1e-7, isTf1, "epsilon");
    List<SlotUse> slots =
        List.of(
            SlotUse.of("square_avg", 0, "accum", "accum_grad", "accumulated_grad", "accumulator"),
            SlotUse.of(
                "acc_delta",
                0,
                "accum_update",
                "accum_var",
                "accumulated_delta_var",
                "delta_accumulator"));
    if (!KerasOptions.isOn(given)) {
      return stock(given, lr, rho, epsilon, slots);
    }
    Map<String, Config> numbers = Mapping.numbers("lr", lr, "rho", rho, "eps", epsilon);
    RuleText text = settings("KerasAdadelta", "Adadelta with what Keras does before each step.");
    KerasOptions.begin(text, given, numbers);
    return Mapping.own(step(text), numbers, slots);
  }

  private static RuleText settings(String className, String summary) {
    return new RuleText(className, summary)
        .setting("lr", 1)
        .setting("rho", 0.9)
        .setting("eps", 1e-6)
        .state("square_avg", 0)
        .state("acc_delta", 0);
  }

  /** torch/optim/adadelta.py, {@code _single_tensor_adadelta}. */
  private static UpdateRule step(RuleText text) {
    return text.each("square_avg = square_avg * rho + g * g * (1 - rho)")
        .each("delta = sqrt(acc_delta + eps) / sqrt(square_avg + eps) * g")
        .each("acc_delta = acc_delta * rho + delta * delta * (1 - rho)")
        .each("p = p - lr * delta")
        .rule();
  }

  /** core/kernels/training_ops.cc, ApplyAdadelta; torch/optim/adadelta.py. */
  private static Mapping stock(
      Given given, double lr, double rho, double epsilon, List<SlotUse> slots) {
    Map<String, Config> arguments = Mapping.numbers("lr", lr, "rho", rho, "eps", epsilon);
    Map<String, Config> others =
        Sgd.stock("weight_decay", "maximize", "capturable", "foreach", "differentiable");
    UpdateRule rule = step(settings("Adadelta", "Adadelta, epsilon under both roots."));
    return Mapping.stock(rule, arguments, others, slots, Optional.of(given.step()));
  }
}

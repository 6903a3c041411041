package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The steps of {@code torch.optim} itself, as its single-tensor functions have them. Numbers are
 * those of a group, with {@code betas} apart; {@code step} and {@code mu_product}, which PyTorch
 * keeps beside each parameter, are counters.
 */
public final class TorchSteps {
  private static final String MEAN = "exp_avg = exp_avg + (g - exp_avg) * (1 - beta1)";
  private static final String SQUARES = "exp_avg_sq = beta2 * exp_avg_sq + (1 - beta2) * (g * g)";

  private TorchSteps() {}

  /** Empty for a class that is not described. */
  public static Optional<UpdateRule> of(TorchOptimizer optimizer) {
    Map<String, Config> group =
        optimizer.groups().isEmpty() ? Map.of() : optimizer.groups().get(0).settings();
    RuleText text = new RuleText(optimizer.className(), "PyTorch's own.").setting("lr", 0.001);
    boolean decays = isOn(group, "weight_decay");
    if (decays) {
      boolean isDecoupled = optimizer.className().equals("AdamW");
      text.setting("weight_decay", 0)
          .each(isDecoupled ? "p = p * (1 - lr * weight_decay)" : "g = g + weight_decay * p");
    }
    return switch (optimizer.className()) {
      case "SGD" -> Optional.of(sgd(text, group));
      case "Adam", "AdamW" -> Optional.of(adam(text, isOn(group, "amsgrad")));
      case "NAdam" -> Optional.of(nadam(text));
      case "Adamax" -> Optional.of(adamax(text));
      case "RMSprop" -> Optional.of(rmsprop(text, group));
      case "Adagrad" -> Optional.of(adagrad(text));
      case "Adadelta" -> Optional.of(adadelta(text));
      default -> Optional.empty();
    };
  }

  /** A group's settings with each beta by itself. */
  public static Map<String, Config> numbers(Map<String, Config> group) {
    Map<String, Config> numbers = new LinkedHashMap<>(group);
    if (group.get("betas") instanceof Config.Items betas) {
      List<Config> values = betas.values();
      for (int i = 0; i < values.size(); i++) {
        numbers.put("beta" + (i + 1), values.get(i));
      }
    }
    return numbers;
  }

  private static boolean isOn(Map<String, Config> group, String name) {
    Config value = group.getOrDefault(name, new Config.Absent());
    return value.equals(new Config.Bool(true)) || Schedule.real(value, 0) != 0;
  }

  /** torch/optim/sgd.py, {@code _single_tensor_sgd}. */
  private static UpdateRule sgd(RuleText text, Map<String, Config> group) {
    if (!isOn(group, "momentum")) {
      return text.each("p = p - lr * g").rule();
    }
    return text.setting("momentum", 0)
        .state("momentum_buffer", 0)
        .each("momentum_buffer = momentum * momentum_buffer + g")
        .each(
            isOn(group, "nesterov")
                ? "p = p - lr * (g + momentum * momentum_buffer)"
                : "p = p - lr * momentum_buffer")
        .rule();
  }

  private static RuleText betas(RuleText text) {
    return text.setting("beta1", 0.9).setting("beta2", 0.999).setting("eps", 1e-8).counting();
  }

  /** torch/optim/adam.py, {@code _single_tensor_adam}. */
  private static UpdateRule adam(RuleText text, boolean amsgrad) {
    betas(text).state("exp_avg", 0).state("exp_avg_sq", 0).each(MEAN).each(SQUARES);
    if (amsgrad) {
      text.state("max_exp_avg_sq", 0).each("max_exp_avg_sq = maximum(max_exp_avg_sq, exp_avg_sq)");
    }
    String squares = amsgrad ? "max_exp_avg_sq" : "exp_avg_sq";
    return text.before("stride = lr / (1 - beta1 ** step)")
        .before("root = sqrt(1 - beta2 ** step)")
        .each("p = p - stride * exp_avg / (sqrt(" + squares + ") / root + eps)")
        .rule();
  }

  /** torch/optim/nadam.py, {@code _single_tensor_nadam}: mu_product is a float32. */
  private static UpdateRule nadam(RuleText text) {
    return betas(text)
        .setting("momentum_decay", 4e-3)
        .counter("mu_product", new Config.Real(1))
        .state("exp_avg", 0)
        .state("exp_avg_sq", 0)
        .before("mu = beta1 * (1 - 1 / 2 * (24 / 25) ** (step * momentum_decay))")
        .before("next = beta1 * (1 - 1 / 2 * (24 / 25) ** ((step + 1) * momentum_decay))")
        .before("mu_product = float32(mu_product * float32(mu))")
        .before("correction = 1 - beta2 ** step")
        .each(MEAN)
        .each(SQUARES)
        .each("size = sqrt(exp_avg_sq / correction) + eps")
        .each("p = p - g / size * (lr * (1 - mu) / (1 - mu_product))")
        .each("p = p - exp_avg / size * (lr * next / (1 - mu_product * next))")
        .rule();
  }

  /** torch/optim/adamax.py, {@code _single_tensor_adamax}. */
  private static UpdateRule adamax(RuleText text) {
    return betas(text)
        .state("exp_avg", 0)
        .state("exp_inf", 0)
        .before("stride = lr / (1 - beta1 ** step)")
        .each(MEAN)
        .each("exp_inf = maximum(exp_inf * beta2, abs(g) + eps)")
        .each("p = p - stride * exp_avg / exp_inf")
        .rule();
  }

  /** torch/optim/rmsprop.py, {@code _single_tensor_rmsprop}. */
  private static UpdateRule rmsprop(RuleText text, Map<String, Config> group) {
    text.setting("alpha", 0.99)
        .setting("eps", 1e-8)
        .state("square_avg", 0)
        .each("square_avg = alpha * square_avg + (1 - alpha) * (g * g)");
    if (isOn(group, "centered")) {
      text.state("grad_avg", 0)
          .each("grad_avg = grad_avg + (g - grad_avg) * (1 - alpha)")
          .each("size = sqrt(square_avg - grad_avg * grad_avg) + eps");
    } else {
      text.each("size = sqrt(square_avg) + eps");
    }
    if (!isOn(group, "momentum")) {
      return text.each("p = p - lr * g / size").rule();
    }
    return text.setting("momentum", 0)
        .state("momentum_buffer", 0)
        .each("momentum_buffer = momentum * momentum_buffer + g / size")
        .each("p = p - lr * momentum_buffer")
        .rule();
  }

  /** torch/optim/adagrad.py, {@code _single_tensor_adagrad}, where the rate does not decay. */
  private static UpdateRule adagrad(RuleText text) {
    return text.setting("eps", 1e-10)
        .state("sum", 0)
        .each("sum = sum + g * g")
        .each("p = p - lr * g / (sqrt(sum) + eps)")
        .rule();
  }

  /** torch/optim/adadelta.py, {@code _single_tensor_adadelta}. */
  private static UpdateRule adadelta(RuleText text) {
    return text.setting("rho", 0.9)
        .setting("eps", 1e-6)
        .state("square_avg", 0)
        .state("acc_delta", 0)
        .each("square_avg = rho * square_avg + (1 - rho) * (g * g)")
        .each("delta = sqrt(acc_delta + eps) / sqrt(square_avg + eps) * g")
        .each("acc_delta = rho * acc_delta + (1 - rho) * (delta * delta)")
        .each("p = p - lr * delta")
        .rule();
  }
}

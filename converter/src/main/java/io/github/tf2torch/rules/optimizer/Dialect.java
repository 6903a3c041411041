package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Optimizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whose update rules an optimizer follows; the same name steps differently in each. */
public enum Dialect {
  /** {@code tf.compat.v1.train}, and the ops that it steps with. */
  TF1,
  /** Keras on its own, and in TensorFlow up to 2.10 ({@code tf.keras.optimizers.legacy}). */
  KERAS2,
  /** Keras in TensorFlow 2.11 to 2.15, and Keras 3, which kept the rules. */
  KERAS;

  private static final Set<String> OF_TF1 =
      Set.of("GradientDescent", "Momentum", "RMSProp", "AdaMax", "ProximalAdagrad");

  /** Keys of configurations from 2.11 on. */
  private static final List<String> OF_KERAS =
      List.of("jit_compile", "use_ema", "gradient_accumulation_steps", "loss_scale_factor");

  /** By what the source says of it. */
  public static Dialect of(Optimizer optimizer) {
    Set<String> keys = optimizer.hyperparameters().keySet();
    if (OF_TF1.contains(optimizer.kind()) || keys.contains("beta1")) {
      return TF1;
    }
    if (OF_KERAS.stream().anyMatch(keys::contains)) {
      return KERAS;
    }
    if (keys.contains("decay") || keys.contains("lr")) {
      return KERAS2;
    }
    return optimizer.counters().stream().anyMatch(Dialect::isIteration) ? KERAS : TF1;
  }

  /** Of Keras alone: TF1 has its {@code global_step}, which belongs to no optimizer. */
  public static boolean isIteration(String counter) {
    String last = counter.substring(counter.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return last.matches("_?iter(ations?)?(_\\d+)?");
  }
}

package io.github.tf2torch.model.target;

import io.github.tf2torch.model.source.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What TensorFlow does around an optimizer's own step, for a training loop in Python.
 *
 * @param around numbers by TensorFlow's words for them, in the order in which they act: {@code
 *     loss_scale_factor}, {@code gradient_accumulation_steps}, {@code clipnorm}, {@code
 *     global_clipnorm}, {@code clipvalue}, {@code weight_decay}, {@code ema_momentum}, {@code
 *     ema_overwrite_frequency}
 * @param schedule of the learning rate
 * @param scaling of the loss that follows what becomes infinite
 */
public record TrainingLoop(
    Map<String, Config> around, Optional<Schedule> schedule, Optional<Scaling> scaling) {
  /** A number of the first group that counts the batches which {@code apply_gradients} has seen. */
  public static final String BATCHES = "batches";

  /** Tensors of a parameter's state that {@code apply_gradients} reads. */
  public static final List<String> STATE = List.of("average", "gradient_accumulator");

  public static final TrainingLoop PLAIN =
      new TrainingLoop(Map.of(), Optional.empty(), Optional.empty());

  public TrainingLoop {
    around = Config.ordered(around);
  }

  /** Whether it counts batches: some make no step, or the first is another. */
  public boolean isCounting() {
    return around.containsKey("gradient_accumulation_steps") || around.containsKey("ema_momentum");
  }

  public TrainingLoop withAround(Map<String, Config> other) {
    return new TrainingLoop(other, schedule, scaling);
  }

  /**
   * A learning rate that follows from the number of steps.
   *
   * @param kind Keras's class
   * @param config as Keras writes it
   * @param className of {@code torch.optim.lr_scheduler}
   * @param arguments its own; none of {@code LambdaLR}, whose function is printed
   * @param first the rate before any step
   * @param done how many steps were done
   * @param rate of the next one
   */
  public record Schedule(
      String kind,
      Map<String, Config> config,
      String className,
      Map<String, Config> arguments,
      double first,
      long done,
      double rate) {
    public Schedule {
      config = Config.ordered(config);
      arguments = Config.ordered(arguments);
    }
  }

  /**
   * A {@code torch.amp.GradScaler}.
   *
   * @param growthInterval how many steps without an infinity double the scale
   * @param grown how many there were since the scale last changed
   */
  public record Scaling(double scale, long growthInterval, long grown) {}
}

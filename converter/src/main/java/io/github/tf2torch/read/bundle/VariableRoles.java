package io.github.tf2torch.read.bundle;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.regex.Pattern;

/** What variables are for, by the names that TensorFlow and Keras give them. */
public final class VariableRoles {
  private static final Pattern SLOT_KEY =
      Pattern.compile(
          "(.*/)?\\.OPTIMIZER_SLOT/.*|(.*/)?_?optimizer/(_variables|_momentums|_velocities)/.*");

  /** The slot names of TF1's optimizers (python/training) and the powers that Adam keeps. */
  private static final Pattern SLOT_NAME =
      Pattern.compile(
          ".*/(Adam|AdaMax|Momentum|RMSProp|Adagrad|AdagradDA|Adadelta|Ftrl|gradient_accumulator"
              + "|gradient_squared_accumulator)(_\\d+)?|(.*/)?beta[12]_power(_\\d+)?");

  private static final Pattern COUNTER =
      Pattern.compile(
          "(.*/)?(global_step|save_counter|iterations?|iter|num_batches_tracked)(_\\d+)?"
              + "|(.*/)?loss_scale/(current_loss_scale|good_steps)");

  private static final Pattern STATISTIC =
      Pattern.compile("(.*/)?(moving|running)_(mean|variance|var)(_\\d+)?");

  private static final Pattern AVERAGE = Pattern.compile(".*/ExponentialMovingAverage(_\\d+)?");

  private static final Pattern HYPERPARAMETER =
      Pattern.compile(
          "(.*/)?_?optimizer/[^/]*(learning_rate|decay|momentum|rho|beta_[12]|epsilon).*");

  private VariableRoles() {}

  public static Role of(String name, String key, DType dtype, Shape shape) {
    String path = ObjectPath.of(key);
    if (COUNTER.matcher(name).matches() || COUNTER.matcher(path).matches()) {
      return Role.COUNTER;
    }
    if (SLOT_KEY.matcher(key).matches() || SLOT_NAME.matcher(name).matches()) {
      return Role.SLOT;
    }
    if (AVERAGE.matcher(name).matches()) {
      return Role.AVERAGE;
    }
    if (STATISTIC.matcher(name).matches() || STATISTIC.matcher(path).matches()) {
      return Role.STATISTIC;
    }
    boolean isHyperparameter = shape.rank() == 0 && HYPERPARAMETER.matcher(path).matches();
    return dtype.isFloating() && !isHyperparameter ? Role.WEIGHT : Role.OTHER;
  }
}

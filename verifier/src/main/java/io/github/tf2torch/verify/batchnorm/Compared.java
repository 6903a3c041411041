package io.github.tf2torch.verify.batchnorm;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.Site;
import java.util.List;
import java.util.Map;

/** What is compared, and under what name. */
final class Compared {
  static final int BATCHES = 3;
  static final List<String> STATISTICS = List.of("running_mean", "running_var");

  /** One number each, whose two roundings say nothing about each other. */
  static final String SQUARES = " Σ output²";

  private Compared() {}

  /** All batches as one tensor: rounding is judged by more than a few numbers. */
  static void join(Map<String, TensorValue> all, TorchModel.Output output, TensorValue value) {
    all.merge(
        "output " + output.name() + " of " + BATCHES + " batches",
        reshaped(value, Shape.of(value.shape().count())),
        (before, more) ->
            TensorValue.filled(
                value.dtype(),
                Shape.of(before.shape().count() + more.shape().count()),
                out -> out.put(before.bytes()).put(more.bytes())));
  }

  static String squares(Site site) {
    return site.path() + SQUARES;
  }

  static String after(String statistic) {
    return statistic + " after " + BATCHES + " batches";
  }

  static TensorValue squares(TensorValue value) {
    double sum = 0;
    for (double d : value.doubles()) {
      sum += d * d;
    }
    return TensorValue.ofDoubles(value.dtype(), Shape.of(), sum);
  }

  static TensorValue reshaped(TensorValue value, Shape shape) {
    return TensorValue.filled(value.dtype(), shape, out -> out.put(value.bytes()));
  }
}

package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.training.TrainingPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The post's network with BatchNorm in training mode on its first batch: sums on the way, and the
 * gradients of the sum of the logits.
 */
final class NetworkWithBatchNorm {
  private static final double NONE = Double.NaN;

  /** A sum that the post printed at the end of an operation. */
  private record Printed(
      String what, String operation, double tf, double torch, boolean isOfSquares) {}

  private static final List<Printed> SUMS =
      List.of(
          new Printed("pool1: sum", "MaxPool2d", 145856.7031, 145856.7188, false),
          new Printed("pool1: squares", "MaxPool2d", 142664.3594, 142664.3438, true),
          new Printed("bn1: squares", "bn1/cond", 802636.1250, 802661.1250, true),
          new Printed("pool2: sum", "MaxPool2d_1", 404656.3438, NONE, false),
          new Printed("pool2: squares", "MaxPool2d_1", 907941.3125, 907971.3125, true),
          new Printed("bn2: squares", "bn2/cond", 401403.4688, 401403.5000, true),
          new Printed("fc1: squares", "Relu_2", NONE, 62439.2461, true),
          new Printed("logits: squares", "logits", 2373.4243, 2373.4065, true),
          new Printed("logits: sum", "logits", -203.36768, -203.366943359375, false));

  /** Of TensorFlow alone, in the order of its variables; PyTorch's names for them. */
  private record Gradient(String variable, String parameter, double printed) {}

  private static final List<Gradient> GRADIENTS =
      List.of(
          new Gradient("conv1/kernel", "conv1.weight", -1253.7639),
          new Gradient("conv2/kernel", "conv2.weight", -39865.3),
          new Gradient("bn1/gamma", "bn1.weight", -0.0032806396),
          new Gradient("bn1/beta", "bn1.bias", 62.726154),
          new Gradient("bn2/gamma", "bn2.weight", -203.36748),
          new Gradient("bn2/beta", "bn2.bias", -241.92593),
          new Gradient("fc1/kernel", "fc1.weight", -9245.387),
          new Gradient("fc1/bias", "fc1.bias", -173.44833),
          new Gradient("fc2/kernel", "fc2.weight", 359090.5),
          new Gradient("fc2/bias", "fc2.bias", 1280.0));

  private NetworkWithBatchNorm() {}

  static List<Row> run(Path samples, Path work) throws IOException {
    List<TensorValue> images = List.of(Digits.training(samples).images(0));
    List<Row> rows = new ArrayList<>();
    try (TrainingPair pair =
        TrainingPair.open(
            ThePost.converted(Experiment.BATCH_NORM, samples, work.resolve("network")))) {
      Map<String, TensorValue> tf = pair.pass().tensorflowLayers(images);
      Map<String, TensorValue> torch = pair.pass().torchLayers(images);
      for (Printed p : SUMS) {
        rows.add(
            new Row(
                p.what,
                p.tf,
                p.torch,
                number(tf.get(p.operation), p.isOfSquares),
                number(torch.get(p.operation), p.isOfSquares)));
      }
      Map<String, TensorValue> gradients = pair.pass().tensorflowGradients(true, images);
      Map<String, TensorValue> ofTorch = pair.pass().torchGradients(true, images);
      for (Gradient g : GRADIENTS) {
        rows.add(
            new Row(
                "float64 gradient of " + g.variable,
                g.printed,
                NONE,
                Row.sum(gradients.get(g.variable)),
                Row.sum(ofTorch.get(g.parameter))));
      }
    }
    return rows;
  }

  private static double number(TensorValue value, boolean isOfSquares) {
    return isOfSquares ? Row.squares(value) : Row.sum(value);
  }
}

package io.github.tf2torch.verify.gradients;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.inputs.TensorFlowRandom;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.subject.GradOutputs;
import io.github.tf2torch.verify.subject.Subject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradient that comes to each output from outside: normal numbers that anyone can draw again by
 * {@code tf.random.stateless_normal(shape, seed=[seed, 0x67726164 + output])}.
 *
 * @param size the sum of the sizes of all products, which rounding of the weighted sum goes with
 */
public record OutputWeights(Map<Endpoint, TensorValue> byEndpoint, double size) {
  /** Away from what draws the inputs. */
  private static final long STREAM = 0x67726164;

  public OutputWeights {
    byEndpoint = Collections.unmodifiableMap(new LinkedHashMap<>(byEndpoint));
  }

  /** Of the shapes that a run shows. */
  public static OutputWeights draw(
      Subject subject,
      TensorFlowEngine engine,
      Map<Endpoint, TensorValue> feeds,
      GradOutputs asked) {
    List<TorchModel.Output> counted = Objective.outputs(subject.torch());
    List<Endpoint> outputs = counted.stream().map(TorchModel.Output::source).toList();
    Map<Endpoint, TensorValue> drawn = new LinkedHashMap<>();
    double size = 0;
    try (RunResult run = engine.answer(feeds, outputs)) {
      for (int i = 0; i < outputs.size(); i++) {
        TensorValue output = run.values().get(i).copy();
        TensorValue drawnWeight =
            TensorFlowRandom.stateless(subject.request().inputs().seed(), STREAM + i)
                .normal(DType.FLOAT32, output.shape());
        TensorValue weight =
            TensorValue.ofDoubles(
                DType.FLOAT32,
                output.shape(),
                asked.numbers(counted.get(i).name(), output.shape(), drawnWeight.doubles()));
        drawn.put(outputs.get(i), weight);
        size += size(output.doubles(), weight.doubles());
      }
    }
    return new OutputWeights(drawn, size);
  }

  private static double size(double[] outputs, double[] weights) {
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      sum += Math.abs(outputs[i] * weights[i]);
    }
    return sum;
  }

  /** The same over the number of elements, so that the weighted sum is a mean. */
  public OutputWeights ofMean() {
    Map<Endpoint, TensorValue> divided = new LinkedHashMap<>();
    byEndpoint.forEach(
        (endpoint, value) -> {
          double[] numbers = value.doubles();
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] /= numbers.length;
          }
          divided.put(endpoint, TensorValue.ofDoubles(DType.FLOAT32, value.shape(), numbers));
        });
    double elements =
        byEndpoint.values().stream().mapToDouble(v -> v.shape().count()).min().orElse(1);
    return new OutputWeights(divided, size / elements);
  }

  /** As PyTorch holds the outputs, in the order of {@link Objective#outputs}. */
  public List<TensorValue> asHeld(Subject subject) {
    return Objective.outputs(subject.torch()).stream()
        .map(o -> Arrangement.toTorch(byEndpoint.get(o.source()), o.layout()))
        .toList();
  }

  /**
   * A loss of these, with the size of what was summed, which its rounding goes with: the sum itself
   * may vanish.
   */
  public TensorValue loss(DType dtype, double value) {
    return TensorValue.ofDoubles(dtype, Shape.of(2), value, size());
  }
}

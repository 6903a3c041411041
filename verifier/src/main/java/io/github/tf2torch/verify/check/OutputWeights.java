package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.inputs.TensorFlowRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradient that comes to each output from outside: normal numbers that anyone can draw again by
 * {@code tf.random.stateless_normal(shape, seed=[seed, 0x67726164 + output])}.
 */
record OutputWeights(Map<Endpoint, TensorValue> byEndpoint) {
  /** Away from what draws the inputs. */
  private static final long STREAM = 0x67726164;

  OutputWeights {
    byEndpoint = Collections.unmodifiableMap(new LinkedHashMap<>(byEndpoint));
  }

  /** Of the shapes that a run shows. */
  static OutputWeights draw(
      Subject subject, TensorFlowEngine engine, Map<Endpoint, TensorValue> feeds) {
    List<Endpoint> outputs =
        Objective.outputs(subject.torch()).stream().map(TorchModel.Output::source).toList();
    List<Shape> shapes = new ArrayList<>();
    try (RunResult run = engine.answer(feeds, outputs)) {
      run.values().forEach(v -> shapes.add(v.shape()));
    }
    Map<Endpoint, TensorValue> drawn = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      TensorFlowRandom random = TensorFlowRandom.stateless(subject.request().seed(), STREAM + i);
      drawn.put(outputs.get(i), random.normal(DType.FLOAT32, shapes.get(i)));
    }
    return new OutputWeights(drawn);
  }

  /** The same over the number of elements, so that the weighted sum is a mean. */
  OutputWeights ofMean() {
    Map<Endpoint, TensorValue> divided = new LinkedHashMap<>();
    byEndpoint.forEach(
        (endpoint, value) -> {
          double[] numbers = value.doubles();
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] /= numbers.length;
          }
          divided.put(endpoint, TensorValue.ofDoubles(DType.FLOAT32, value.shape(), numbers));
        });
    return new OutputWeights(divided);
  }

  /** As PyTorch holds the outputs, in the order of {@link Objective#outputs}. */
  List<TensorValue> asHeld(Subject subject) {
    return Objective.outputs(subject.torch()).stream()
        .map(o -> Arrangement.toTorch(byEndpoint.get(o.source()), o.layout()))
        .toList();
  }
}

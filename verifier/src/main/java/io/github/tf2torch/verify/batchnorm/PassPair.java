package io.github.tf2torch.verify.batchnorm;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Gradients;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.engine.TorchGradients;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.TrainingSide;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A training graph and its conversion on one batch: what layers give, and the gradients. */
public final class PassPair {
  private final Subject subject;
  private final TrainingSide side;

  public PassPair(Subject subject, TrainingSide side) {
    this.subject = subject;
    this.side = side;
  }

  /** What TensorFlow has at every layer's end in training mode, by the operation that ends it. */
  public Map<String, TensorValue> tensorflowLayers(List<TensorValue> inputs) {
    List<TorchModel.Tap> taps = subject.torch().taps();
    try (TensorFlowEngine engine = side.engine(side.graph(), Precision.FLOAT32)) {
      List<TensorValue> found =
          engine.run(
              side.feeds(side.byKey(inputs)), taps.stream().map(TorchModel.Tap::source).toList());
      Map<String, TensorValue> layers = new LinkedHashMap<>();
      for (int i = 0; i < taps.size(); i++) {
        layers.put(taps.get(i).source().node(), found.get(i));
      }
      return layers;
    }
  }

  /** What PyTorch has there, in its own order of axes, by the same names. */
  public Map<String, TensorValue> torchLayers(List<TensorValue> inputs) throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    int first = subject.torch().outputs().size();
    try (Engines engines = new Engines(subject);
        TorchEngine engine = engines.torch(DType.FLOAT32, subject.asConverted(taps))) {
      engine.train();
      List<TensorValue> found =
          engine.run(TrainingSide.arguments(subject, side.byKey(inputs), DType.FLOAT32));
      Map<String, TensorValue> layers = new LinkedHashMap<>();
      for (int i = 0; i < taps.size(); i++) {
        layers.put(taps.get(i).source().node(), found.get(first + i));
      }
      return layers;
    }
  }

  /** TensorFlow's gradients of the sum of the first output in training mode, by variable. */
  public Map<String, TensorValue> tensorflowGradients(boolean inFloat64, List<TensorValue> inputs) {
    Map<String, TensorValue> gradients = new LinkedHashMap<>();
    Endpoint output = subject.torch().outputs().get(0).source();
    try (TensorFlowEngine engine =
        TensorFlowEngine.openDifferentiable(
            side.graph(),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            inFloat64 ? Precision.FLOAT64 : Precision.FLOAT32,
            subject.request().threads())) {
      Map<Endpoint, TensorValue> feeds = side.feeds(side.byKey(inputs));
      TensorValue ones = ones(engine.run(feeds, List.of(output)).get(0));
      Map<String, Endpoint> reads = new LinkedHashMap<>();
      for (Variable variable : subject.tensorflow().variables()) {
        engine.reads(variable.name()).stream()
            .findFirst()
            .ifPresent(read -> reads.put(variable.name(), read));
      }
      try (Gradients found =
          engine.gradients(feeds, Map.of(output, ones), List.copyOf(reads.values()))) {
        reads.forEach((name, read) -> found.of(read).ifPresent(g -> gradients.put(name, g.copy())));
      }
    }
    return gradients;
  }

  /** PyTorch's, by the names of its {@code state_dict}. */
  public Map<String, TensorValue> torchGradients(boolean inFloat64, List<TensorValue> inputs)
      throws IOException {
    DType floatType = inFloat64 ? DType.FLOAT64 : DType.FLOAT32;
    Map<String, TensorValue> gradients = new LinkedHashMap<>();
    try (Engines engines = new Engines(subject);
        TorchEngine engine = engines.differentiable(floatType)) {
      engine.train();
      List<TensorValue> given = TrainingSide.arguments(subject, side.byKey(inputs), floatType);
      TensorValue ones = ones(engine.run(given).get(0));
      try (TorchGradients found = engine.gradients(given, Map.of("0", ones))) {
        for (TorchModel.Tensor tensor : subject.torch().tensors()) {
          found
              .parameter(tensor.name())
              .ifPresent(gradient -> gradients.put(tensor.name(), gradient.copy()));
        }
      }
    }
    return gradients;
  }

  private static TensorValue ones(TensorValue like) {
    double[] ones = new double[Math.toIntExact(like.shape().count())];
    Arrays.fill(ones, 1);
    return TensorValue.ofDoubles(like.dtype(), like.shape(), ones);
  }
}

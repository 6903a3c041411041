package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Gradients;
import io.github.tf2torch.verify.engine.GraphTrainer;
import io.github.tf2torch.verify.engine.OptimizerTrainer;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.engine.TorchGradients;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A training graph and its conversion, trained on by both frameworks on batches of one's own, from
 * the same state: TensorFlow by the graph's train op, PyTorch by the converted loss and optimizer.
 * Dropout drops the same on both sides: TensorFlow draws by its seeds, and PyTorch's program is
 * given what Philox draws from them.
 */
public final class TrainingPair implements Closeable {
  private final Subject subject;
  private final OwnStep own;
  private final TrainingSide side;
  private final DropoutMasks masks;

  private TrainingPair(Subject subject, OwnStep own, TrainingSide side) {
    this.subject = subject;
    this.own = own;
    this.side = side;
    this.masks = DropoutMasks.of(subject.torch(), side.graph());
  }

  /**
   * Opens a conversion and its source.
   *
   * @throws UnsupportedFile where the source does not train, or the conversion lacks its loss or
   *     optimizer
   */
  public static TrainingPair open(VerifyRequest request) throws IOException {
    Subject subject = Subject.open(request);
    try {
      OwnStep.Found found = OwnStep.of(subject);
      OwnStep own =
          found
              .step()
              .orElseThrow(
                  () ->
                      new UnsupportedFile(
                          request.source()
                              + ": "
                              + found.impediment().orElse("its graph has no train op")));
      return new TrainingPair(subject, own, TrainingSide.of(subject, List.of()));
    } catch (IOException | RuntimeException e) {
      subject.close();
      throw e;
    }
  }

  /**
   * What one step takes, in TensorFlow's order of axes.
   *
   * @param inputs in the order of the model's inputs
   * @param labels in the order in which the loss takes them
   */
  public record Batch(List<TensorValue> inputs, List<TensorValue> labels) {
    public Batch {
      inputs = List.copyOf(inputs);
      labels = List.copyOf(labels);
    }
  }

  /** One side after its training: the loss before each step, and all that was trained. */
  public record Trained(List<Double> losses, Map<String, TensorValue> values) {
    public Trained {
      losses = List.copyOf(losses);
      values = Map.copyOf(values);
    }
  }

  /** TensorFlow's training; its values are those of its variables. */
  public Trained tensorflow(boolean inFloat64, List<Batch> batches) throws IOException {
    List<Double> losses = new ArrayList<>();
    Map<String, TensorValue> values = new LinkedHashMap<>();
    try (GraphTrainer trainer =
        GraphTrainer.open(
            new TensorFlowGraph(own.step().graph(), own.step().handles()),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            precision(inFloat64),
            own.graphStep(subject.tensorflow().optimizers()))) {
      for (Batch batch : batches) {
        losses.add(trainer.step(feeds(batch)).loss());
      }
      subject.tensorflow().variables().stream()
          .filter(v -> v.dtype().isFloating() && trainer.has(v.name()))
          .forEach(v -> values.put(v.name(), trainer.value(v.name())));
    }
    return new Trained(losses, values);
  }

  private static Precision precision(boolean inFloat64) {
    return inFloat64 ? Precision.FLOAT64 : Precision.FLOAT32;
  }

  private Map<Endpoint, TensorValue> feeds(Batch batch) {
    Map<Endpoint, TensorValue> feeds = side.feeds(byKey(batch.inputs()));
    for (int i = 0; i < own.loss().labels().size(); i++) {
      feeds.put(own.loss().labels().get(i).source(), batch.labels().get(i));
    }
    return feeds;
  }

  private Map<String, TensorValue> byKey(List<TensorValue> inputs) {
    Map<String, TensorValue> byKey = new LinkedHashMap<>();
    List<Signature.Tensor> keys = subject.tensorflow().signature().inputs();
    for (int i = 0; i < keys.size(); i++) {
      byKey.put(keys.get(i).key(), inputs.get(i));
    }
    return byKey;
  }

  /** PyTorch's training; its values are those of its {@code state_dict}. */
  public Trained torch(boolean inFloat64, List<Batch> batches) throws IOException {
    DType floatType = inFloat64 ? DType.FLOAT64 : DType.FLOAT32;
    List<String> buffers = List.copyOf(LossObjective.statistics(subject.torch()).keySet());
    TorchModel program =
        LossObjective.of(masks.program(subject.asConverted(List.of())), own.loss(), buffers);
    List<Double> losses = new ArrayList<>();
    Map<String, TensorValue> values = new LinkedHashMap<>();
    try (Engines engines = new Engines(subject);
        TensorFlowEngine drawing = side.engine(masks.seeded(side.graph()), precision(inFloat64));
        OptimizerState state =
            OptimizerState.open(subject.file("optimizer.pt"), own.optimizer(), subject.torch());
        OptimizerTrainer trainer =
            engines.optimizerTrainer(
                program,
                state.groups(floatType),
                state.loop(ConvertedOptimizer.told(subject), batches.size(), floatType),
                floatType)) {
      for (int i = 0; i < batches.size(); i++) {
        losses.add(trainer.step(arguments(batches.get(i), i, drawing, floatType)));
      }
      subject.torch().tensors().stream()
          .filter(t -> t.kind() == TorchModel.Kind.PARAMETER)
          .forEach(t -> values.put(t.name(), trainer.parameter(t.name())));
      for (int i = 0; i < buffers.size(); i++) {
        values.put(buffers.get(i), trainer.beside().get(i));
      }
    }
    return new Trained(losses, values);
  }

  private List<TensorValue> arguments(
      Batch batch, int step, TensorFlowEngine drawing, DType floatType) {
    List<TensorValue> arguments =
        new ArrayList<>(TrainingSide.arguments(subject, byKey(batch.inputs()), floatType));
    if (!masks.dropouts().isEmpty()) {
      Map<Endpoint, TensorValue> feeds = side.feeds(byKey(batch.inputs()));
      feeds.putAll(masks.uniform(masks.drawn(drawing, feeds), step));
      arguments.addAll(masks.arguments(masks.factors(drawing, feeds)));
    }
    for (int i = 0; i < own.loss().labels().size(); i++) {
      arguments.add(
          Arrangement.toTorch(batch.labels().get(i), own.loss().labels().get(i).layout()));
    }
    return arguments;
  }

  /** What TensorFlow has at every layer's end in training mode, by the operation that ends it. */
  public Map<String, TensorValue> tensorflowLayers(List<TensorValue> inputs) {
    List<TorchModel.Tap> taps = subject.torch().taps();
    try (TensorFlowEngine engine = side.engine(side.graph(), Precision.FLOAT32)) {
      List<TensorValue> found =
          engine.run(side.feeds(byKey(inputs)), taps.stream().map(TorchModel.Tap::source).toList());
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
          engine.run(TrainingSide.arguments(subject, byKey(inputs), DType.FLOAT32));
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
            precision(inFloat64),
            subject.request().threads())) {
      Map<Endpoint, TensorValue> feeds = side.feeds(byKey(inputs));
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
      List<TensorValue> given = TrainingSide.arguments(subject, byKey(inputs), floatType);
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

  /** TensorFlow's first output at inference, of what it has trained in float32. */
  public List<TensorValue> tensorflowOutputs(Trained trained, List<TensorValue> inputs) {
    TensorSource source = new DrawnTensors(subject.tensorflow().tensors(), trained.values());
    Endpoint output = subject.torch().outputs().get(0).source();
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            new TensorFlowGraph(subject.graph().inlinedGraph(), subject.tensorflow().handles()),
            subject.tensorflow().variables(),
            source,
            Precision.FLOAT32,
            subject.request().threads())) {
      Endpoint input = subject.tensorflow().signature().inputs().get(0).endpoint();
      return inputs.stream()
          .map(x -> engine.run(Map.of(input, x), List.of(output)).get(0))
          .toList();
    }
  }

  /** PyTorch's first output at inference, of what it has trained in float32. */
  public List<TensorValue> torchOutputs(Trained trained, List<TensorValue> inputs)
      throws IOException {
    TensorSource source =
        (name, offset, target) -> {
          if (trained.values().containsKey(name)) {
            copy(trained.values().get(name), offset, target);
          } else {
            target.put(new byte[target.remaining()]); // num_batches_tracked alone
          }
        };
    try (Engines engines = new Engines(subject)) {
      return engines.outputs(
          source,
          inputs.stream()
              .map(x -> Arrangement.toTorch(x, subject.torch().inputs().get(0).layout()))
              .toList());
    }
  }

  private static void copy(TensorValue value, long offset, ByteBuffer target) {
    target.put(value.bytes().slice(Math.toIntExact(offset), target.remaining()));
  }

  @Override
  public void close() throws IOException {
    subject.close();
  }
}

package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.graph.GraphSource;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.BranchesTaken;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.ShapeInference;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Both frameworks on the subject's inputs. Each run opens its engine and closes it again. */
public class Engines extends TorchTrainings {
  public Engines(Subject subject) throws IOException {
    super(subject);
  }

  /**
   * With PyTorch's side as the subject has it: what a conversion wrote, or a model of one's own.
   */
  public static Engines of(Subject subject) throws IOException {
    return subject.own().isPresent()
        ? new OwnEngines(subject, subject.own().get())
        : new Engines(subject);
  }

  /** Of the taps whose shape follows from the inputs'. */
  Map<Endpoint, Shape> shapes(List<TorchModel.Tap> taps) {
    if (taps.isEmpty()) {
      return Map.of();
    }
    Map<Endpoint, Shape> inputs = new LinkedHashMap<>();
    feeds().forEach((endpoint, value) -> inputs.put(endpoint, value.shape()));
    return ShapeInference.run(
        inlined(),
        subject.tensorflow().variables(),
        inputs,
        taps.stream().map(TorchModel.Tap::source).toList());
  }

  /** TensorFlow's float64 run: what it gave, and how much of it was really float64. */
  public record Float64(RunResult result, List<Boolean> isFloat64, List<String> islands) {}

  public Float64 tensorflow64(List<Place> places) throws IOException {
    try (TensorFlowEngine engine = tensorflow(Precision.FLOAT64)) {
      settings.put(engine.settings().engine(), engine.settings());
      return new Float64(
          engine.answer(feeds(), sources(places)),
          places.stream().map(p -> engine.isFloat64(p.source())).toList(),
          engine.islands());
    }
  }

  public RunResult tensorflow32(List<Place> places) throws IOException {
    try (TensorFlowEngine engine = tensorflow(Precision.FLOAT32)) {
      return engine.answer(feeds(), sources(places));
    }
  }

  /** The outputs of the graph exactly as the file has it, so that inlining is proven as well. */
  public RunResult tensorflowAsStored() throws IOException {
    GraphSource file = subject.graph();
    Signature stored = file.originalSignature();
    Map<String, Endpoint> byKey = new LinkedHashMap<>();
    stored.outputs().forEach(o -> byKey.put(o.key(), o.endpoint()));
    Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
    stored.inputs().forEach(i -> feeds.put(i.endpoint(), subject.inputs().get(i.key())));
    List<Endpoint> outputs =
        subject.torch().outputs().stream().map(o -> byKey.get(o.name())).toList();
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            new TensorFlowGraph(file.originalGraph(), subject.tensorflow().handles()),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            Precision.FLOAT32,
            subject.request().threads())) {
      return engine.answer(feeds, outputs);
    }
  }

  /** TensorFlow, to be asked for gradients. */
  public TensorFlowEngine differentiable(Precision precision) {
    TensorFlowEngine engine =
        TensorFlowEngine.openDifferentiable(
            straight(),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            precision,
            subject.request().threads());
    settings.put(engine.settings().engine(), engine.settings());
    return engine;
  }

  /** The graph without the branches that these inputs do not take. */
  private TensorFlowGraph straight() {
    List<Endpoint> outputs =
        subject.torch().outputs().stream().map(TorchModel.Output::source).toList();
    return BranchesTaken.of(inlined(), outputs, this::decided);
  }

  private List<TensorValue> decided(TensorFlowGraph graph, List<Endpoint> asked) {
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            graph,
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            Precision.FLOAT32,
            subject.request().threads())) {
      return engine.run(feeds(), asked);
    }
  }

  /** TensorFlow's outputs of some float32 runs in one session, all elements one after another. */
  public List<double[]> forward(int threads, int count) {
    List<Endpoint> outputs =
        subject.torch().outputs().stream().map(TorchModel.Output::source).toList();
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            inlined(),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            Precision.FLOAT32,
            threads)) {
      List<double[]> runs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        runs.add(joined(engine.run(feeds(), outputs)));
      }
      return runs;
    }
  }

  /** TensorFlow with the graph as it is. */
  public TensorFlowEngine tensorflow(Precision precision) throws IOException {
    return TensorFlowEngine.open(
        inlined(),
        subject.tensorflow().variables(),
        subject.tensorflow().tensors(),
        precision,
        subject.request().threads());
  }

  private TensorFlowGraph inlined() {
    return new TensorFlowGraph(subject.graph().inlinedGraph(), subject.tensorflow().handles());
  }

  /** The inputs, by where TensorFlow takes them. */
  public Map<Endpoint, TensorValue> feeds() {
    return feeds(subject.inputs());
  }

  /** Of other inputs. */
  public Map<Endpoint, TensorValue> feeds(Map<String, TensorValue> inputs) {
    Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
    subject
        .tensorflow()
        .signature()
        .inputs()
        .forEach(i -> feeds.put(i.endpoint(), inputs.get(i.key())));
    return feeds;
  }

  private static List<Endpoint> sources(List<Place> places) {
    return places.stream().map(Place::source).toList();
  }
}

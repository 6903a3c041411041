package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.graph.TrainingStep;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.BranchesTaken;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.engine.TrainingMode;
import io.github.tf2torch.verify.inputs.SeededInputs;
import io.github.tf2torch.verify.inputs.WholeNumbers;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * TensorFlow in training mode: the graph that the program trained where the file has it, else the
 * signature's with its flags turned.
 *
 * @param graph without the branches that training does not take
 * @param settings what the flags are fed
 */
public record TrainingSide(
    Subject subject, TensorFlowGraph graph, Map<Endpoint, TensorValue> settings) {

  /**
   * @param statistics variables whose updates are wanted
   */
  public static TrainingSide of(Subject subject, List<String> statistics) throws IOException {
    Optional<TrainingStep> step = step(subject);
    List<Endpoint> inputs =
        subject.tensorflow().signature().inputs().stream().map(i -> i.endpoint()).toList();
    TensorFlowGraph whole =
        step.map(s -> new TensorFlowGraph(s.graph(), s.handles()))
            .orElseGet(
                () ->
                    new TensorFlowGraph(
                        subject.graph().inlinedGraph(), subject.tensorflow().handles()));
    Map<Endpoint, TensorValue> settings =
        step.map(s -> dropping(s.settings()))
            .orElseGet(() -> TrainingMode.flags(whole.graph(), inputs));
    List<Endpoint> ends =
        new ArrayList<>(subject.torch().outputs().stream().map(TorchModel.Output::source).toList());
    for (TrainingMode.Update update : TrainingMode.updates(whole, statistics, inputs)) {
      ends.add(new Endpoint(update.node(), 0));
    }
    TrainingSide branching = new TrainingSide(subject, whole, settings);
    Map<Endpoint, TensorValue> feeds = branching.feeds(subject.inputs());
    return new TrainingSide(
        subject,
        BranchesTaken.of(whole, ends, (graph, asked) -> branching.decided(graph, feeds, asked)),
        settings);
  }

  /** TensorFlow does not give back what it is fed. */
  private List<TensorValue> decided(
      TensorFlowGraph form, Map<Endpoint, TensorValue> feeds, List<Endpoint> asked) {
    List<Endpoint> open = asked.stream().filter(a -> !feeds.containsKey(a)).distinct().toList();
    Map<Endpoint, TensorValue> known = new LinkedHashMap<>(feeds);
    if (!open.isEmpty()) {
      try (TensorFlowEngine engine = engine(form, Precision.FLOAT32)) {
        List<TensorValue> found = engine.run(feeds, open);
        for (int i = 0; i < open.size(); i++) {
          known.put(open.get(i), found.get(i));
        }
      }
    }
    return asked.stream().map(known::get).toList();
  }

  private static Optional<TrainingStep> step(Subject subject) throws IOException {
    try {
      return subject.graph().trainingStep();
    } catch (Problem unclear) {
      return Optional.empty();
    }
  }

  /** Dropout by half where its share is fed, as the conversion's {@code nn.Dropout} has it. */
  private static Map<Endpoint, TensorValue> dropping(Map<Endpoint, TensorValue> settings) {
    Map<Endpoint, TensorValue> dropping = new LinkedHashMap<>();
    settings.forEach(
        (place, value) ->
            dropping.put(
                place,
                value.dtype().isFloating()
                    ? TensorValue.ofDoubles(value.dtype(), value.shape(), 0.5)
                    : value));
    return dropping;
  }

  public TensorFlowEngine engine(TensorFlowGraph form, Precision precision) {
    return TensorFlowEngine.open(
        form,
        subject.tensorflow().variables(),
        subject.tensorflow().tensors(),
        precision,
        subject.request().threads());
  }

  /** Inputs in the signature's order by its keys. */
  public Map<String, TensorValue> byKey(List<TensorValue> inputs) {
    Map<String, TensorValue> byKey = new LinkedHashMap<>();
    List<Signature.Tensor> keys = subject.tensorflow().signature().inputs();
    for (int i = 0; i < keys.size(); i++) {
      byKey.put(keys.get(i).key(), inputs.get(i));
    }
    return byKey;
  }

  /** Inputs by the signature's keys, and what the flags are fed. */
  public Map<Endpoint, TensorValue> feeds(Map<String, TensorValue> batch) {
    Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
    subject
        .tensorflow()
        .signature()
        .inputs()
        .forEach(i -> feeds.put(i.endpoint(), batch.get(i.key())));
    feeds.putAll(settings);
    return feeds;
  }

  /** Seeded batches, one seed after another; each time the user's own where there are such. */
  public static List<Map<String, TensorValue>> batches(Subject subject, int count, long atLeast) {
    VerifyRequest request = subject.request();
    // the graph of a Keras file is built for one batch size
    long rows =
        KerasSide.isOf(subject.tensorflow())
            ? request.inputs().batch()
            : Math.max(request.inputs().batch(), atLeast);
    Map<String, Long> bounds = WholeNumbers.bounds(subject.tensorflow());
    List<Map<String, TensorValue>> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(
          request.inputs().file().isPresent()
              ? subject.inputs()
              : new SeededInputs(request.inputs().seed() + i, rows, request.inputs().size(), bounds)
                  .draw(subject.tensorflow().signature()));
    }
    return batches;
  }

  /** A batch as PyTorch's program takes it. */
  public static List<TensorValue> arguments(
      Subject subject, Map<String, TensorValue> batch, DType floatType) {
    return subject.torch().inputs().stream()
        .map(i -> Arrangement.toTorch(batch.get(i.key()), i.layout()))
        .map(v -> floatType == DType.FLOAT64 ? Engines.widened(v) : v)
        .toList();
  }
}

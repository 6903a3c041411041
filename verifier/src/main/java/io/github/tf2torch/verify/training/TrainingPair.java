package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.batchnorm.PassPair;
import io.github.tf2torch.verify.dropout.DropoutMasks;
import io.github.tf2torch.verify.engine.GraphTrainer;
import io.github.tf2torch.verify.engine.OptimizerTrainer;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Decisions;
import io.github.tf2torch.verify.opening.DrawnTensors;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.TrainingSide;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
    Subject subject = Opening.of(request);
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
    try (GraphTrainer trainer = graphTrainer(inFloat64)) {
      for (Batch batch : batches) {
        losses.add(trainer.step(feeds(batch)).loss());
      }
      subject.tensorflow().variables().stream()
          .filter(v -> v.dtype().isFloating() && trainer.has(v.name()))
          .forEach(v -> values.put(v.name(), trainer.value(v.name())));
    }
    return new Trained(losses, values);
  }

  private GraphTrainer graphTrainer(boolean inFloat64) throws IOException {
    return GraphTrainer.open(
        new TensorFlowGraph(own.step().graph(), own.step().handles()),
        subject.tensorflow().variables(),
        subject.tensorflow().tensors(),
        precision(inFloat64),
        own.graphStep(subject.tensorflow().optimizers()));
  }

  private static Precision precision(boolean inFloat64) {
    return inFloat64 ? Precision.FLOAT64 : Precision.FLOAT32;
  }

  private Map<Endpoint, TensorValue> feeds(Batch batch) {
    Map<Endpoint, TensorValue> feeds = side.feeds(side.byKey(batch.inputs()));
    for (int i = 0; i < own.loss().labels().size(); i++) {
      feeds.put(own.loss().labels().get(i).source(), batch.labels().get(i));
    }
    return feeds;
  }

  /** PyTorch's training; its values are those of its {@code state_dict}. */
  public Trained torch(boolean inFloat64, List<Batch> batches) throws IOException {
    DType floatType = inFloat64 ? DType.FLOAT64 : DType.FLOAT32;
    List<String> buffers = List.copyOf(LossObjective.statistics(subject.torch()).keySet());
    TorchModel program =
        LossObjective.of(masks.program(subject.asConverted(List.of())), own.loss(), buffers);
    List<Double> losses = new ArrayList<>();
    try (Engines engines = new Engines(subject);
        TensorFlowEngine drawing = side.engine(masks.seeded(side.graph()), precision(inFloat64));
        OptimizerState state =
            OptimizerState.open(subject.file("optimizer.pt"), own.optimizer(), subject.torch());
        OptimizerTrainer trainer = trainer(engines, program, state, batches.size(), floatType)) {
      for (int i = 0; i < batches.size(); i++) {
        losses.add(trainer.step(arguments(batches.get(i), i, drawing, floatType, List.of())));
      }
      return new Trained(losses, values(trainer, buffers));
    }
  }

  /** What was trained, and the buffers, which are the last of what forward gives. */
  private Map<String, TensorValue> values(OptimizerTrainer trainer, List<String> buffers) {
    Map<String, TensorValue> values = new LinkedHashMap<>();
    subject.torch().tensors().stream()
        .filter(t -> t.kind() == TorchModel.Kind.PARAMETER)
        .forEach(t -> values.put(t.name(), trainer.parameter(t.name())));
    int first = trainer.beside().size() - buffers.size();
    for (int i = 0; i < buffers.size(); i++) {
      values.put(buffers.get(i), trainer.beside().get(first + i));
    }
    return values;
  }

  private OptimizerTrainer trainer(
      Engines engines, TorchModel program, OptimizerState state, int steps, DType floatType)
      throws IOException {
    return engines.optimizerTrainer(
        program,
        state.groups(floatType),
        state.loop(ConvertedOptimizer.told(subject), steps, floatType),
        floatType);
  }

  /**
   * Two trainings, step by step.
   *
   * @param leading TensorFlow's losses
   * @param follower PyTorch in float32, which decides as TensorFlow does: which numbers pass a
   *     ReLU, which is the largest of a window
   * @param otherwise of how many numbers PyTorch would have decided otherwise, in each step
   */
  public record Led(List<Double> leading, Trained follower, List<Long> otherwise) {
    public Led {
      leading = List.copyOf(leading);
      otherwise = List.copyOf(otherwise);
    }

    /** PyTorch's losses. */
    public List<Double> following() {
      return follower.losses();
    }
  }

  /** PyTorch in float32, led by TensorFlow: what parts them then is rounding alone. */
  public Led led(boolean leaderInFloat64, List<Batch> batches) throws IOException {
    Decisions decisions = Decisions.of(subject.torch());
    List<String> buffers = List.copyOf(LossObjective.statistics(subject.torch()).keySet());
    TorchModel program =
        LossObjective.of(
            decisions.program(masks.program(subject.asConverted(List.of()))), own.loss(), buffers);
    List<Double> leading = new ArrayList<>();
    List<Double> following = new ArrayList<>();
    List<Long> otherwise = new ArrayList<>();
    DType floatType = DType.FLOAT32;
    try (Engines engines = new Engines(subject);
        GraphTrainer leader = graphTrainer(leaderInFloat64);
        TensorFlowEngine drawing = side.engine(masks.seeded(side.graph()), Precision.FLOAT32);
        OptimizerState state =
            OptimizerState.open(subject.file("optimizer.pt"), own.optimizer(), subject.torch());
        OptimizerTrainer follower = trainer(engines, program, state, batches.size(), floatType)) {
      for (int i = 0; i < batches.size(); i++) {
        GraphTrainer.Stepped step = leader.step(feeds(batches.get(i)), decisions.leaders());
        leading.add(step.loss());
        List<TensorValue> leaders = decisions.arguments(step.beside());
        following.add(follower.step(arguments(batches.get(i), i, drawing, floatType, leaders)));
        List<TensorValue> counts = follower.beside().subList(0, leaders.size());
        otherwise.add(counts.stream().mapToLong(c -> (long) c.doubleAt(0)).sum());
      }
      return new Led(leading, new Trained(following, values(follower, buffers)), otherwise);
    }
  }

  private List<TensorValue> arguments(
      Batch batch, int step, TensorFlowEngine drawing, DType floatType, List<TensorValue> leaders) {
    List<TensorValue> arguments =
        new ArrayList<>(TrainingSide.arguments(subject, side.byKey(batch.inputs()), floatType));
    if (!masks.dropouts().isEmpty()) {
      Map<Endpoint, TensorValue> feeds = side.feeds(side.byKey(batch.inputs()));
      feeds.putAll(masks.uniform(masks.drawn(drawing, feeds), step));
      arguments.addAll(masks.arguments(masks.factors(drawing, feeds)));
    }
    arguments.addAll(leaders);
    for (int i = 0; i < own.loss().labels().size(); i++) {
      arguments.add(
          Arrangement.toTorch(batch.labels().get(i), own.loss().labels().get(i).layout()));
    }
    return arguments;
  }

  /** One pass of both, forward and backward, in training mode. */
  public PassPair pass() {
    return new PassPair(subject, side);
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

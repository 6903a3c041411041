package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Training in TensorFlow: gradients by its backward kernels, steps by {@link VariableStep}s. The
 * weights are variables of a graph of their own and fed to the model's, so that constants of a
 * frozen graph train as well.
 */
public final class TensorFlowTrainer implements AutoCloseable {
  private static final String VALUE = "value/";
  private static final String SLOT = "slot/";

  private final TensorFlowEngine model;
  private final Map<String, Trainee> trainees;
  private final Map<Endpoint, Endpoint> gradients;
  private final Map<Endpoint, TensorValue> fixed;
  private final Endpoint loss;
  private final Graph graph = new Graph();
  private final Session session;
  private final List<String> trained;
  private final List<StepOps> steps = new ArrayList<>();
  private int done;

  /**
   * A weight that is trained.
   *
   * @param places where its value comes out in the model's graph
   * @param value before the first step
   * @param slots of the step, as far as they are other than new
   */
  public record Trainee(
      List<Endpoint> places, TensorValue value, VariableStep step, Map<String, TensorValue> slots) {
    public Trainee {
      places = List.copyOf(places);
      slots = Map.copyOf(slots);
    }
  }

  /**
   * Prepares to train.
   *
   * @param model opened to be differentiated
   * @param feeds the inputs of every step
   * @param weights of the outputs; their weighted sum is the loss
   * @param trainees by name
   */
  public TensorFlowTrainer(
      TensorFlowEngine model,
      Map<Endpoint, TensorValue> feeds,
      Map<Endpoint, TensorValue> weights,
      Map<String, Trainee> trainees) {
    this.model = model;
    this.trainees = new LinkedHashMap<>(trainees);
    this.fixed = new LinkedHashMap<>(feeds);
    TensorFlowEngine.Backward backward =
        model.backward(
            weights, trainees.values().stream().flatMap(t -> t.places().stream()).toList());
    fixed.putAll(backward.fed());
    this.gradients = backward.gradients();
    this.loss = backward.weightedSum();
    this.trained =
        trainees.keySet().stream()
            .filter(name -> places(name).stream().anyMatch(gradients::containsKey))
            .toList();
    trained.forEach(this::addStep);
    this.session = new Session(graph, false, TensorFlowEngine.config(1));
    trained.forEach(this::assign);
  }

  private List<Endpoint> places(String name) {
    return trainee(name).places();
  }

  private Trainee trainee(String name) {
    Trainee found = trainees.get(name);
    if (found == null) {
      throw new IllegalArgumentException("nothing trains " + name);
    }
    return found;
  }

  /** The weights that the loss depends on. */
  public List<String> trained() {
    return trained;
  }

  private void addStep(String name) {
    TensorValue value = trainee(name).value();
    VariableStep step = trainee(name).step();
    DataType type = type(value);
    String id = Integer.toString(trained.indexOf(name));
    Output<?> variable = variable(VALUE + id, value, type);
    StepOps ops =
        new StepOps(graph, "step/" + id, type, variable, placeholder("gradient/" + id, type));
    step.slots().keySet().forEach(s -> ops.slot(s, variable(slot(id, s), value, type)));
    step.add(ops);
    steps.add(ops);
  }

  private static String slot(String id, String name) {
    return SLOT + id + "/" + name;
  }

  /** Weights that a file holds in float64 train in float64 everywhere. */
  private DataType type(TensorValue value) {
    return model.isFloat64() || value.dtype() == DType.FLOAT64
        ? DataType.DT_DOUBLE
        : DataType.DT_FLOAT;
  }

  private org.tensorflow.GraphOperationBuilder op(String type, String name) {
    return graph.opBuilder(type, name, graph.baseScope());
  }

  /** A variable, what gives it a value, and what reads it. */
  private Output<?> variable(String name, TensorValue like, DataType type) {
    long[] dims = like.shape().dims().stream().mapToLong(Long::longValue).toArray();
    Output<?> handle =
        op("VarHandleOp", name)
            .setAttr("dtype", type)
            .setAttr("shape", org.tensorflow.ndarray.Shape.of(dims))
            .setAttr("shared_name", "tf2torch/trainer/" + System.identityHashCode(this) + name)
            .build()
            .output(0);
    op("AssignVariableOp", "assign/" + name)
        .addInput(handle)
        .addInput(placeholder("fed/" + name, type))
        .build();
    op("ReadVariableOp", "read/" + name).addInput(handle).setAttr("dtype", type).build();
    return handle;
  }

  private Output<?> placeholder(String name, DataType type) {
    return op("Placeholder", name).setAttr("dtype", type).build().output(0);
  }

  private void assign(String name) {
    Trainee trainee = trainee(name);
    String id = Integer.toString(trained.indexOf(name));
    DataType type = type(trainee.value());
    assign(VALUE + id, trainee.value(), type);
    trainee
        .step()
        .slots()
        .forEach(
            (slot, initial) ->
                assign(
                    slot(id, slot),
                    trainee.slots().getOrDefault(slot, filled(trainee.value(), initial)),
                    type));
  }

  private static TensorValue filled(TensorValue like, double value) {
    double[] all = new double[Math.toIntExact(like.shape().count())];
    Arrays.fill(all, value);
    return TensorValue.ofDoubles(like.dtype(), like.shape(), all);
  }

  private void assign(String variable, TensorValue value, DataType type) {
    try (Tensor tensor = TensorFlowTensors.toNative(TensorFlowTensors.as(type, value))) {
      session
          .runner()
          .feed("fed/" + variable, tensor)
          .addTarget("assign/" + variable)
          .run()
          .close();
    }
  }

  /** One step; answers the loss before it. */
  public double step() {
    try (Result weights = fetchedValues()) {
      Map<Endpoint, Tensor> current = new LinkedHashMap<>();
      for (int i = 0; i < trained.size(); i++) {
        for (Endpoint place : places(trained.get(i))) {
          current.put(place, weights.get(i));
        }
      }
      List<Endpoint> fetches = new ArrayList<>(List.of(loss));
      List<Integer> owners = new ArrayList<>();
      for (int i = 0; i < trained.size(); i++) {
        for (Endpoint place : places(trained.get(i))) {
          if (gradients.containsKey(place)) {
            fetches.add(gradients.get(place));
            owners.add(i);
          }
        }
      }
      try (Result found = model.fetch(fixed, current, fetches)) {
        apply(found, owners);
        return TensorFlowTensors.view(found.get(0)).copy().doubleAt(0);
      }
    }
  }

  private void apply(Result found, List<Integer> owners) {
    Session.Runner runner = session.runner();
    List<Tensor> sums = new ArrayList<>();
    try {
      for (int i = 0; i < trained.size(); i++) {
        List<Tensor> shares = new ArrayList<>();
        for (int k = 0; k < owners.size(); k++) {
          if (owners.get(k) == i) {
            shares.add(found.get(k + 1));
          }
        }
        Tensor gradient = shares.get(0);
        if (shares.size() > 1) {
          gradient = sum(shares);
          sums.add(gradient);
        }
        runner.feed("gradient/" + i, gradient);
        feedNumbers(i, runner, sums);
        steps.get(i).targets().forEach(runner::addTarget);
      }
      runner.run().close();
      done++;
    } finally {
      sums.forEach(Tensor::close);
    }
  }

  private void feedNumbers(int index, Session.Runner runner, List<Tensor> opened) {
    Trainee trainee = trainee(trained.get(index));
    Map<String, Double> numbers = trainee.step().numbers(done);
    for (String name : steps.get(index).numbers()) {
      double value = numbers.getOrDefault(name, Double.NaN);
      Tensor number =
          type(trainee.value()) == DataType.DT_DOUBLE
              ? TFloat64.scalarOf(value)
              : TFloat32.scalarOf((float) value);
      opened.add(number);
      runner.feed(steps.get(index).place(name), number);
    }
  }

  private static Tensor sum(List<Tensor> shares) {
    TensorValue first = TensorFlowTensors.view(shares.get(0)).copy();
    double[] sum = first.doubles();
    for (Tensor other : shares.subList(1, shares.size())) {
      double[] more = TensorFlowTensors.view(other).copy().doubles();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += more[i];
      }
    }
    return TensorFlowTensors.toNative(TensorValue.ofDoubles(first.dtype(), first.shape(), sum));
  }

  private Result fetched(List<String> variables) {
    Session.Runner runner = session.runner();
    variables.forEach(v -> runner.fetch("read/" + v));
    return runner.run();
  }

  private Result fetchedValues() {
    return fetched(IntStream.range(0, trained.size()).mapToObj(i -> VALUE + i).toList());
  }

  /** The weights, in the order of {@link #trained}. */
  public RunResult values() {
    return TensorFlowEngine.viewed(fetchedValues());
  }

  /** A slot of each of these, in their order. */
  public RunResult slots(String slot, List<String> names) {
    return TensorFlowEngine.viewed(
        fetched(
            names.stream().map(n -> slot(Integer.toString(trained.indexOf(n)), slot)).toList()));
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}

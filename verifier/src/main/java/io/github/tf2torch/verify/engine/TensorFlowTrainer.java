package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Gradient descent with Nesterov momentum in TensorFlow: gradients by its backward kernels, steps
 * by its {@code ResourceApplyMomentum}. The weights are variables of a graph of their own and fed
 * to the model's, so that constants of a frozen graph train as well.
 */
public final class TensorFlowTrainer implements AutoCloseable {
  private static final String VALUE = "value/";
  private static final String SLOT = "slot/";

  private final TensorFlowEngine model;
  private final Map<String, List<Endpoint>> places;
  private final Map<Endpoint, Endpoint> gradients;
  private final Map<Endpoint, TensorValue> fixed;
  private final Endpoint loss;
  private final Graph graph = new Graph();
  private final Session session;
  private final List<String> trained;

  /**
   * Prepares to train.
   *
   * @param model opened to be differentiated
   * @param feeds the inputs of every step
   * @param weights of the outputs; their weighted sum is the loss
   * @param places where each weight's value comes out in the model's graph
   * @param values of the weights
   */
  public TensorFlowTrainer(
      TensorFlowEngine model,
      Map<Endpoint, TensorValue> feeds,
      Map<Endpoint, TensorValue> weights,
      Map<String, List<Endpoint>> places,
      Map<String, TensorValue> values,
      Rate rate) {
    this.model = model;
    this.places = places;
    this.fixed = new LinkedHashMap<>(feeds);
    TensorFlowEngine.Backward backward =
        model.backward(weights, places.values().stream().flatMap(List::stream).toList());
    fixed.putAll(backward.fed());
    this.gradients = backward.gradients();
    this.loss = backward.weightedSum();
    this.trained =
        places.keySet().stream()
            .filter(name -> places.get(name).stream().anyMatch(gradients::containsKey))
            .toList();
    for (String name : trained) {
      addStep(name, values.get(name), rate);
    }
    this.session = new Session(graph, false, TensorFlowEngine.config(1));
    for (String name : trained) {
      assign(name, values.get(name));
    }
  }

  /** What a step does. */
  public record Rate(float learningRate, float momentum) {}

  /** The weights that the loss depends on. */
  public List<String> trained() {
    return trained;
  }

  private void addStep(String name, TensorValue value, Rate rate) {
    DataType type = type(value);
    String id = Integer.toString(trained.indexOf(name));
    Output<?> variable = handle(VALUE + id, value, type);
    Output<?> slot = handle(SLOT + id, value, type);
    Output<?> fedValue = placeholder("fed/" + id, type);
    Output<?> gradient = placeholder("gradient/" + id, type);
    op("AssignVariableOp", "assign/" + id).addInput(variable).addInput(fedValue).build();
    Output<?> zeros = op("ZerosLike", "zeros/" + id).addInput(fedValue).build().output(0);
    op("AssignVariableOp", "assign_slot/" + id).addInput(slot).addInput(zeros).build();
    op("ResourceApplyMomentum", "step/" + id)
        .addInput(variable)
        .addInput(slot)
        .addInput(scalar("rate/" + id, rate.learningRate(), type))
        .addInput(gradient)
        .addInput(scalar("momentum/" + id, rate.momentum(), type))
        .setAttr("use_nesterov", true)
        .build();
    read(VALUE + id, variable, type);
    read(SLOT + id, slot, type);
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

  private Output<?> handle(String name, TensorValue value, DataType type) {
    long[] dims = value.shape().dims().stream().mapToLong(Long::longValue).toArray();
    return op("VarHandleOp", name)
        .setAttr("dtype", type)
        .setAttr("shape", org.tensorflow.ndarray.Shape.of(dims))
        .setAttr("shared_name", "tf2torch/trainer/" + System.identityHashCode(this) + name)
        .build()
        .output(0);
  }

  private Output<?> placeholder(String name, DataType type) {
    return op("Placeholder", name).setAttr("dtype", type).build().output(0);
  }

  private void read(String name, Output<?> handle, DataType type) {
    op("ReadVariableOp", "read/" + name).addInput(handle).setAttr("dtype", type).build();
  }

  /** TensorFlow holds hyperparameters as float32, whatever it trains. */
  private Output<?> scalar(String name, float value, DataType type) {
    try (Tensor tensor =
        type == DataType.DT_DOUBLE ? TFloat64.scalarOf(value) : TFloat32.scalarOf(value)) {
      return op("Const", name).setAttr("dtype", type).setAttr("value", tensor).build().output(0);
    }
  }

  private void assign(String name, TensorValue value) {
    String id = Integer.toString(trained.indexOf(name));
    try (Tensor tensor =
        TensorFlowTensors.toNative(model.isFloat64() ? TensorFlowTensors.widened(value) : value)) {
      session
          .runner()
          .feed("fed/" + id, tensor)
          .addTarget("assign/" + id)
          .addTarget("assign_slot/" + id)
          .run()
          .close();
    }
  }

  /** One step; answers the loss before it. */
  public double step() {
    try (Result weights = fetched(VALUE)) {
      Map<Endpoint, Tensor> current = new LinkedHashMap<>();
      for (int i = 0; i < trained.size(); i++) {
        for (Endpoint place : places.get(trained.get(i))) {
          current.put(place, weights.get(i));
        }
      }
      List<Endpoint> fetches = new ArrayList<>(List.of(loss));
      List<Integer> owners = new ArrayList<>();
      for (int i = 0; i < trained.size(); i++) {
        for (Endpoint place : places.get(trained.get(i))) {
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
        runner.feed("gradient/" + i, gradient).addTarget("step/" + i);
      }
      runner.run().close();
    } finally {
      sums.forEach(Tensor::close);
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

  private Result fetched(String kind) {
    Session.Runner runner = session.runner();
    for (int i = 0; i < trained.size(); i++) {
      runner.fetch("read/" + kind + i);
    }
    return runner.run();
  }

  /** The weights, in the order of {@link #trained}. */
  public RunResult values() {
    return TensorFlowEngine.viewed(fetched(VALUE));
  }

  /** Their momentum, in the same order. */
  public RunResult slots() {
    return TensorFlowEngine.viewed(fetched(SLOT));
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}

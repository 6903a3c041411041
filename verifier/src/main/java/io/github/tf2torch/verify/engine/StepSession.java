package io.github.tf2torch.verify.engine;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Arrays;
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
 * Variables and their slots in a graph of their own, stepped in TensorFlow by gradients from
 * elsewhere.
 */
public final class StepSession implements AutoCloseable {
  private static final String VALUE = "value/";
  private static final String SLOT = "slot/";

  private final List<String> names;
  private final List<Stepped> variables;
  private final StepFrame frame;
  private final boolean isFloat64;
  private final Graph graph = new Graph();
  private final Session session;
  private final List<StepOps> steps = new ArrayList<>();
  private int batches;
  private int done;

  /**
   * A variable.
   *
   * @param value before the first step
   * @param slots of the step and its frame, as far as they are other than new
   */
  public record Stepped(TensorValue value, VariableStep step, Map<String, TensorValue> slots) {
    public Stepped {
      slots = Map.copyOf(slots);
    }
  }

  /**
   * Prepares to step.
   *
   * @param variables by name
   * @param isFloat64 whatever they are stored in; what a file holds in float64 steps in float64
   *     everywhere
   */
  public StepSession(Map<String, Stepped> variables, StepFrame frame, boolean isFloat64) {
    this.names = List.copyOf(variables.keySet());
    this.variables = List.copyOf(variables.values());
    this.frame = frame;
    this.isFloat64 = isFloat64;
    for (int i = 0; i < names.size(); i++) {
      steps.add(ops(i));
    }
    if (!steps.isEmpty()) {
      frame.before(steps);
    }
    for (int i = 0; i < names.size(); i++) {
      steps.get(i).into(StepFrame.STEP);
      this.variables.get(i).step().add(steps.get(i));
      frame.behind(steps.get(i));
    }
    this.session = new Session(graph, false, SessionConfig.of(1));
    for (int i = 0; i < names.size(); i++) {
      assign(i);
    }
  }

  private StepOps ops(int i) {
    TensorValue value = variables.get(i).value();
    DataType type = type(value);
    Output<?> variable = variable(VALUE + i, value.shape(), type);
    StepOps ops =
        new StepOps(graph, "step/" + i, type, variable, placeholder("gradient/" + i, type));
    initial(i).forEach((s, first) -> ops.slot(s, variable(slot(i, s), shape(i, s), type)));
    return ops;
  }

  /** Of all slots, those of the frame as well. */
  private Map<String, Double> initial(int i) {
    Map<String, Double> all = new LinkedHashMap<>(variables.get(i).step().slots());
    all.putAll(frame.slots());
    return all;
  }

  private Shape shape(int i, String slot) {
    Shape whole = variables.get(i).value().shape();
    return frame.slots().containsKey(slot) ? whole : variables.get(i).step().shape(slot, whole);
  }

  private static String slot(int i, String name) {
    return SLOT + i + "/" + name;
  }

  private DataType type(TensorValue value) {
    return isFloat64 || value.dtype() == DType.FLOAT64 ? DataType.DT_DOUBLE : DataType.DT_FLOAT;
  }

  private org.tensorflow.GraphOperationBuilder op(String type, String name) {
    return graph.opBuilder(type, name, graph.baseScope());
  }

  /** A variable, what gives it a value, and what reads it. */
  private Output<?> variable(String name, Shape shape, DataType type) {
    long[] dims = shape.dims().stream().mapToLong(Long::longValue).toArray();
    Output<?> handle =
        op("VarHandleOp", name)
            .setAttr("dtype", type)
            .setAttr("shape", org.tensorflow.ndarray.Shape.of(dims))
            .setAttr("shared_name", "tf2torch/stepped/" + System.identityHashCode(this) + name)
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

  private void assign(int i) {
    Stepped variable = variables.get(i);
    DataType type = type(variable.value());
    assign(VALUE + i, variable.value(), type);
    initial(i)
        .forEach(
            (slot, first) ->
                assign(
                    slot(i, slot),
                    variable
                        .slots()
                        .getOrDefault(
                            slot, filled(variable.value().dtype(), shape(i, slot), first)),
                    type));
  }

  private static TensorValue filled(DType dtype, Shape shape, double value) {
    double[] all = new double[Math.toIntExact(shape.count())];
    Arrays.fill(all, value);
    return TensorValue.ofDoubles(dtype, shape, all);
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

  /** One batch, of gradients in the order of the variables. */
  void step(List<Tensor> gradients) {
    List<Tensor> numbers = new ArrayList<>();
    try {
      List<String> runs = frame.runs(batches);
      for (String run : runs) {
        Session.Runner runner = session.runner();
        for (int i = 0; i < steps.size(); i++) {
          runner.feed("gradient/" + i, gradients.get(i));
          feedNumbers(i, runner, numbers);
          steps.get(i).targets(run).forEach(runner::addTarget);
        }
        runner.run().close();
      }
      batches++;
      done += runs.contains(StepFrame.STEP) ? 1 : 0;
    } finally {
      numbers.forEach(Tensor::close);
    }
  }

  /** The same of gradients that are known. */
  public void step(Map<String, TensorValue> gradients) {
    List<Tensor> all = new ArrayList<>();
    try {
      for (int i = 0; i < names.size(); i++) {
        DataType type = type(variables.get(i).value());
        all.add(
            TensorFlowTensors.toNative(TensorFlowTensors.as(type, gradients.get(names.get(i)))));
      }
      step(all);
    } finally {
      all.forEach(Tensor::close);
    }
  }

  private void feedNumbers(int index, Session.Runner runner, List<Tensor> opened) {
    Map<String, Double> numbers = new LinkedHashMap<>(frame.numbers(batches));
    numbers.putAll(variables.get(index).step().numbers(done));
    for (String name : steps.get(index).numbers()) {
      double value = numbers.getOrDefault(name, Double.NaN);
      Tensor number =
          type(variables.get(index).value()) == DataType.DT_DOUBLE
              ? TFloat64.scalarOf(value)
              : TFloat32.scalarOf((float) value);
      opened.add(number);
      runner.feed(steps.get(index).place(name), number);
    }
  }

  /** All variables as they are after the steps so far, in their order. */
  Result fetched() {
    Session.Runner runner = session.runner();
    for (int i = 0; i < names.size(); i++) {
      runner.fetch("read/" + VALUE + i);
    }
    return runner.run();
  }

  /** The same, to be read. */
  public RunResult values() {
    return TensorFlowEngine.viewed(fetched());
  }

  /** A slot of each of these, in their order. */
  public RunResult slots(String slot, List<String> wanted) {
    Session.Runner runner = session.runner();
    wanted.forEach(n -> runner.fetch("read/" + slot(names.indexOf(n), slot)));
    return TensorFlowEngine.viewed(runner.run());
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}

package io.github.tf2torch.verify.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** The operations of one variable's step, in the making; all numbers are of the variable's type. */
public final class StepOps {
  private final Graph graph;
  private final String scope;
  private final DataType type;
  private final Value variable;
  private Value gradient;
  private final Map<String, Value> slots = new LinkedHashMap<>();
  private final List<String> numbers = new ArrayList<>();
  private final Map<String, List<String>> targets = new LinkedHashMap<>();
  private String run = StepFrame.STEP;
  private int made;

  /** An operation's output. */
  public static final class Value {
    private final Output<?> output;

    private Value(Output<?> output) {
      this.output = output;
    }
  }

  StepOps(Graph graph, String scope, DataType type, Output<?> variable, Output<?> gradient) {
    this.graph = graph;
    this.scope = scope;
    this.type = type;
    this.variable = new Value(variable);
    this.gradient = new Value(gradient);
  }

  void slot(String name, Output<?> handle) {
    slots.put(name, new Value(handle));
  }

  /** What is run in a run of this name. */
  List<String> targets(String name) {
    return targets.getOrDefault(name, List.of());
  }

  /** Changes of variables that are added from here on belong to another run. */
  public void into(String name) {
    run = name;
  }

  private void target(String operation) {
    targets.computeIfAbsent(run, r -> new ArrayList<>()).add(operation);
  }

  /** The names of the numbers that each step is fed. */
  List<String> numbers() {
    return numbers;
  }

  String place(String number) {
    return scope + "/number/" + number;
  }

  /** The handle of the variable. */
  public Value variable() {
    return variable;
  }

  public Value gradient() {
    return gradient;
  }

  /** Has the step take another one. */
  public void gradient(Value other) {
    gradient = other;
  }

  /** The handle of one of the step's slots. */
  public Value slot(String name) {
    Value found = slots.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no slot " + name + " among " + slots.keySet());
    }
    return found;
  }

  /** A constant. */
  public Value number(double value) {
    try (Tensor tensor =
        type == DataType.DT_DOUBLE ? TFloat64.scalarOf(value) : TFloat32.scalarOf((float) value)) {
      return new Value(
          builder("Const").setAttr("dtype", type).setAttr("value", tensor).build().output(0));
    }
  }

  /** One of {@link VariableStep#numbers}. */
  public Value fed(String name) {
    if (!numbers.contains(name)) {
      numbers.add(name);
      return new Value(
          graph
              .opBuilder("Placeholder", place(name), graph.baseScope())
              .setAttr("dtype", type)
              .build()
              .output(0));
    }
    return new Value(graph.operation(place(name)).output(0));
  }

  public Value read(Value handle) {
    return new Value(
        builder("ReadVariableOp").addInput(handle.output).setAttr("dtype", type).build().output(0));
  }

  /** Gives a variable its value behind the step. */
  public void assign(Value handle, Value value) {
    target(
        builder("AssignVariableOp").addInput(handle.output).addInput(value.output).build().name());
  }

  /** An operation of one output. */
  public Value op(String operation, Value... inputs) {
    return new Value(with(operation, inputs).build().output(0));
  }

  /** A reduction of all elements, to a scalar. */
  public Value whole(String reduction, Value input) {
    return op(reduction, input, op("Range", index(0), op("Rank", input), index(1)));
  }

  /** A reduction along one axis, which stays with an extent of 1. */
  public Value along(String reduction, Value input, int axis) {
    return new Value(
        with(reduction, input, index(axis)).setAttr("keep_dims", true).build().output(0));
  }

  private Value index(int value) {
    try (Tensor tensor = TInt32.scalarOf(value)) {
      return new Value(
          builder("Const")
              .setAttr("dtype", DataType.DT_INT32)
              .setAttr("value", tensor)
              .build()
              .output(0));
    }
  }

  /** A kernel that changes what it is given the handles of. */
  public void kernel(String operation, Value... inputs) {
    target(with(operation, inputs).build().name());
  }

  /** One that takes Nesterov's correction for a flag. */
  public void kernel(String operation, boolean nesterov, Value... inputs) {
    GraphOperation built = with(operation, inputs).setAttr("use_nesterov", nesterov).build();
    target(built.name());
  }

  private GraphOperationBuilder with(String operation, Value... inputs) {
    GraphOperationBuilder builder = builder(operation);
    for (Value input : inputs) {
      builder.addInput(input.output);
    }
    return builder;
  }

  private GraphOperationBuilder builder(String operation) {
    return graph.opBuilder(operation, scope + "/op/" + made++, graph.baseScope());
  }
}

package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.OpDef;

/**
 * Builds a graph of TensorFlow's operations, one by one. TensorFlow itself infers types, fills in
 * defaults, infers every shape and refuses what does not fit.
 */
public final class GraphBuilder implements AutoCloseable {
  private final TensorFlowLibrary library = TensorFlowLibrary.load();
  private final Graph graph = new Graph();
  private final Map<String, Integer> taken = new HashMap<>();
  private final Map<String, String> handles = new LinkedHashMap<>();
  private final Map<String, SymbolicTensor> variables = new HashMap<>();

  /** An input of a fixed shape. */
  public SymbolicTensor placeholder(String name, DType dtype, Shape shape) {
    GraphOperation op =
        graph
            .opBuilder("Placeholder", unique(name), graph.baseScope())
            .setAttr("dtype", type(dtype))
            .setAttr("shape", shape(shape))
            .build();
    return symbolic(op, 0);
  }

  public SymbolicTensor constant(String name, TensorValue value) {
    try (Tensor tensor = TensorFlowTensors.toNative(value)) {
      GraphOperation op =
          graph
              .opBuilder("Const", unique(name), graph.baseScope())
              .setAttr("dtype", type(value.dtype()))
              .setAttr("value", tensor)
              .build();
      return symbolic(op, 0);
    }
  }

  /** The value of a variable, read once. */
  public SymbolicTensor variable(Variable variable) {
    SymbolicTensor known = variables.get(variable.name());
    if (known != null) {
      return known;
    }
    GraphOperation handle =
        graph
            .opBuilder("VarHandleOp", unique(variable.name()), graph.baseScope())
            .setAttr("dtype", type(variable.dtype()))
            .setAttr("shape", shape(variable.shape()))
            .build();
    GraphOperation read =
        graph
            .opBuilder("ReadVariableOp", unique(variable.name() + "/read"), graph.baseScope())
            .addInput(handle.output(0))
            .setAttr("dtype", type(variable.dtype()))
            .build();
    handles.put(handle.name(), variable.name());
    SymbolicTensor value = symbolic(read, 0);
    variables.put(variable.name(), value);
    return value;
  }

  /**
   * Adds an operation.
   *
   * @param name wanted; a number is put behind it where it is taken
   * @param inputs in order; those of an argument that is a list, one after another
   * @param attrs those that neither follow from the inputs nor have their default
   * @return all outputs
   * @throws EngineFailure where TensorFlow refuses it
   */
  public List<SymbolicTensor> add(
      String name, String op, List<SymbolicTensor> inputs, Map<String, Attr> attrs) {
    try {
      GraphOperationBuilder builder = graph.opBuilder(op, unique(name), graph.baseScope());
      addInputs(builder, op, inputs);
      attrs.forEach((key, value) -> set(builder, key, value));
      GraphOperation built = builder.build();
      List<SymbolicTensor> outputs = new ArrayList<>();
      for (int i = 0; i < built.numOutputs(); i++) {
        outputs.add(symbolic(built, i));
      }
      return outputs;
    } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
      throw new EngineFailure(
          "TensorFlow does not take " + name + " (" + op + ") of " + inputs + ": " + e.getMessage(),
          e);
    }
  }

  private void addInputs(GraphOperationBuilder builder, String op, List<SymbolicTensor> inputs) {
    List<OpDef.ArgDef> arguments = library.op(op).getInputArgList();
    int next = 0;
    for (OpDef.ArgDef argument : arguments) {
      boolean isList = !argument.getNumberAttr().isEmpty() || !argument.getTypeListAttr().isEmpty();
      if (isList) {
        int end = next + inputs.size() - arguments.size() + 1;
        builder.addInputList(
            inputs.subList(next, end).stream().map(this::output).toArray(Output<?>[]::new));
        next = end;
      } else {
        builder.addInput(output(inputs.get(next++)));
      }
    }
    if (next != inputs.size()) {
      throw new IllegalArgumentException("takes " + next + " inputs");
    }
  }

  /**
   * The attribute that is the type of an input, or the type where the op takes one alone.
   *
   * @param inputs how many the op is given, those of a list counted each
   */
  public String typeOf(String op, int input, int inputs) {
    List<OpDef.ArgDef> arguments = library.op(op).getInputArgList();
    int next = 0;
    for (OpDef.ArgDef argument : arguments) {
      next += argument.getNumberAttr().isEmpty() ? 1 : inputs - arguments.size() + 1;
      if (input < next) {
        return argument.getTypeAttr().isEmpty()
            ? argument.getType().name()
            : argument.getTypeAttr();
      }
    }
    throw new IllegalArgumentException(op + " takes " + next + " inputs");
  }

  private Output<?> output(SymbolicTensor tensor) {
    return graph.operation(tensor.endpoint().node()).output(tensor.endpoint().index());
  }

  private static void set(GraphOperationBuilder builder, String key, Attr value) {
    if (value instanceof Attr.Int a) {
      builder.setAttr(key, a.value());
    } else if (value instanceof Attr.Float a) {
      builder.setAttr(key, a.value());
    } else if (value instanceof Attr.Bool a) {
      builder.setAttr(key, a.value());
    } else if (value instanceof Attr.Text a) {
      builder.setAttr(key, a.value());
    } else if (value instanceof Attr.Type a) {
      builder.setAttr(key, type(a.value()));
    } else if (value instanceof Attr.ListOf a) {
      builder.setAttr(key, a.values().stream().mapToLong(v -> ((Attr.Int) v).value()).toArray());
    } else {
      throw new AssertionError("no case for " + value.getClass().getSimpleName());
    }
  }

  private static SymbolicTensor symbolic(GraphOperation op, int index) {
    org.tensorflow.ndarray.Shape shape = op.output(index).shape();
    if (shape.hasUnknownDimension()) {
      throw new EngineFailure(
          "TensorFlow does not know the shape of " + op.name() + " (" + op.type() + "): " + shape);
    }
    DType dtype =
        DType.ofTensorflow(op.output(index).dataType().getNumber())
            .orElseThrow(() -> new EngineFailure(op.name() + " is of an unknown type"));
    return new SymbolicTensor(new Endpoint(op.name(), index), dtype, Shape.of(shape.asArray()));
  }

  private static DataType type(DType dtype) {
    return DataType.forNumber(dtype.tensorflowNumber());
  }

  private static org.tensorflow.ndarray.Shape shape(Shape shape) {
    return org.tensorflow.ndarray.Shape.of(
        shape.dims().stream().mapToLong(Long::longValue).toArray());
  }

  /** TensorFlow allows letters, digits and {@code _./\->}, and begins with a letter or digit. */
  private String unique(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_./>-]", "_");
    String legal = plain.matches("[A-Za-z0-9.].*") ? plain : "." + plain;
    // a number behind one name may make another: a_1 is asked for by itself as well
    int count = taken.merge(legal, 1, Integer::sum);
    String own = legal;
    while (count > 1) {
      own = legal + "_" + (count - 1);
      if (!taken.containsKey(own)) {
        taken.put(own, 1);
        break;
      }
      count = taken.merge(legal, 1, Integer::sum);
    }
    return own;
  }

  /** All that was added. */
  public TensorFlowGraph build() {
    return new TensorFlowGraph(graph.toGraphDef(), handles);
  }

  @Override
  public void close() {
    graph.close();
  }
}

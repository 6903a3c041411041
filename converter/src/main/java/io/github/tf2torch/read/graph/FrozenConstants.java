package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.bundle.VariableRoles;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * All constants of a graph and of its functions, as they are stored: numbers of any type, and
 * texts. One of a function is named after both.
 */
final class FrozenConstants {
  private final ConstantReader reader = new ConstantReader();
  private final Names names = new Names(List.of());
  private final List<Variable> variables = new ArrayList<>();
  private final Map<String, TensorValue> values = new HashMap<>();
  private final Map<String, List<byte[]>> strings = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private FrozenConstants() {}

  static FrozenConstants of(GraphDef graph) {
    FrozenConstants found = new FrozenConstants();
    graph.getNodeList().forEach(n -> found.add(n, n.getName()));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      String scope = function.getSignature().getName();
      function.getNodeDefList().forEach(n -> found.add(n, scope + "/" + n.getName()));
    }
    return found;
  }

  private void add(NodeDef node, String wanted) {
    if (!node.getOp().equals("Const") || !node.containsAttr("value")) {
      return;
    }
    TensorProto proto = node.getAttrOrThrow("value").getTensor();
    Optional<DType> dtype = ConstantReader.dtype(proto);
    if (dtype.isEmpty()) {
      problems.add(
          "constant \"%s\" is of type number %d, which is not read"
              .formatted(wanted, proto.getDtypeValue()));
      return;
    }
    try {
      add(wanted, proto, dtype.get());
    } catch (Problem left) {
      problems.add(left.getMessage());
    }
  }

  private void add(String wanted, TensorProto proto, DType dtype) {
    Shape shape = ConstantReader.shape(wanted, proto);
    if (dtype == DType.STRING) {
      List<byte[]> texts = reader.strings(wanted, proto, shape);
      strings.put(declare(wanted, dtype, shape), texts);
      return;
    }
    Optional<Attr> value = reader.read(wanted, proto);
    if (value.isPresent() && value.get() instanceof Attr.Tensor tensor) {
      values.put(declare(wanted, dtype, shape), tensor.value());
    }
  }

  private String declare(String wanted, DType dtype, Shape shape) {
    String name = names.fresh("", wanted);
    boolean isPlain = shape.rank() == 0 || !dtype.isFloating();
    Role role = VariableRoles.of(name, name, dtype, shape);
    variables.add(
        new Variable(
            name,
            name,
            dtype,
            shape,
            isPlain && role == Role.WEIGHT ? Role.OTHER : role,
            List.of()));
    return name;
  }

  List<Variable> variables() {
    return List.copyOf(variables);
  }

  /** What could not be read, while its neighbours could. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  TensorSource tensors() {
    return new TensorSource() {
      @Override
      public void read(String variable, long offset, ByteBuffer target) throws IOException {
        FrozenWeights.read(values.get(variable), variable, offset, target);
      }

      @Override
      public List<byte[]> strings(String variable) throws IOException {
        List<byte[]> texts = strings.get(variable);
        return texts == null ? TensorSource.super.strings(variable) : texts;
      }
    };
  }
}

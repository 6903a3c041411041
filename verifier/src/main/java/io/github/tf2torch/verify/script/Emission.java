package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The program as it grows: one statement for each operator on tensors. */
final class Emission {
  private static final int MOST_STATEMENTS = 50_000;

  /** Operators that answer several tensors. */
  private static final Map<String, Integer> RESULTS =
      Map.of("lstm", 3, "gru", 2, "rnn_tanh", 2, "rnn_relu", 2, "native_layer_norm", 3);

  private final UnaryOperator<String> tensorNames;
  private final Extents extents;
  private final List<Statement> body = new ArrayList<>();
  private final List<String> tensors = new ArrayList<>();
  private final Map<String, String> origins = new LinkedHashMap<>();
  private final Map<String, TensorValue> constants = new LinkedHashMap<>();
  private final Set<String> read = new LinkedHashSet<>();
  private final Map<Expr, Shape> shapes = new LinkedHashMap<>();
  private String module = "";

  Emission(UnaryOperator<String> tensorNames, Extents extents) {
    this.tensorNames = tensorNames;
    this.extents = extents;
  }

  /** Goes on in a module's code; answers where it was before. */
  String enter(Optional<String> path) {
    String before = module;
    module = path.orElse(before);
    return before;
  }

  void leave(String before) {
    module = before;
  }

  Value.Tensor attribute(String path) {
    String name = tensorNames.apply(path);
    read.add(name);
    return new Value.Tensor(new Expr.Attribute(name));
  }

  Value.Tensor constant(String name, TensorValue value) {
    constants.put(name, value);
    return new Value.Tensor(new Expr.Attribute(name));
  }

  /** The shape of a tensor, known by a run. */
  Shape shape(Value.Tensor tensor) {
    Expr expr = tensor.expr;
    return shapes.computeIfAbsent(expr, e -> extents.of(List.copyOf(body), e));
  }

  /** What an operator of ATen answers: a tensor, or several. */
  Value operator(String name, List<Expr> arguments) {
    Integer several = RESULTS.get(name);
    return several == null
        ? assigned(List.of("v" + tensors.size()), new Expr.Aten(name, arguments)).get(0)
        : operator(name, arguments, several, true);
  }

  /** What an operator answers that answers so many tensors. */
  Value operator(String name, List<Expr> arguments, int results, boolean isTuple) {
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      targets.add("v" + (tensors.size() + i));
    }
    return new Value.Items(assigned(targets, new Expr.Aten(name, arguments)), isTuple);
  }

  private List<Value> assigned(List<String> targets, Expr call) {
    if (body.size() >= MOST_STATEMENTS) {
      throw new UnreadScript("it has more than " + MOST_STATEMENTS + " operators");
    }
    body.add(new Statement.Assign(targets, call));
    List<Value> values = new ArrayList<>();
    for (String target : targets) {
      tensors.add(target);
      origins.put(target, module);
      values.add(new Value.Tensor(Expr.local(target)));
    }
    return values;
  }

  ScriptProgram program(List<String> arguments, Value result) {
    Map<String, String> outputs = new LinkedHashMap<>();
    if (result instanceof Value.Entries entries) {
      entries.values().forEach((name, value) -> outputs.put(name, local(value)));
    } else if (result instanceof Value.Items items) {
      for (Value value : items.values) {
        outputs.put(Integer.toString(outputs.size()), local(value));
      }
    } else {
      outputs.put("0", local(result));
    }
    return new ScriptProgram(arguments, body, tensors, origins, outputs, constants, read);
  }

  private String local(Value value) {
    if (value instanceof Value.Tensor tensor) {
      return tensor.expr instanceof Expr.Local local
          ? local.name()
          : ((Expr.Local) ((Value.Tensor) operator("clone", List.of(tensor.expr))).expr).name();
    }
    throw new UnreadScript("an output is no tensor");
  }
}

package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.tensor.DType;
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

  private final UnaryOperator<String> tensorNames;
  private final Extents extents;
  private final List<Statement> body = new ArrayList<>();
  private final List<String> tensors = new ArrayList<>();
  private final Map<String, String> origins = new LinkedHashMap<>();
  private final Map<String, TensorValue> constants = new LinkedHashMap<>();
  private final Set<String> read = new LinkedHashSet<>();
  private final Map<Expr, Extents.Found> extentsFound = new LinkedHashMap<>();
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
    return Value.Tensor.held(new Expr.Attribute(name));
  }

  Value.Tensor constant(String name, TensorValue value) {
    constants.put(name, value);
    boolean isNumber = value.shape().rank() == 0 && value.dtype() == DType.INT64;
    return Value.Tensor.constant(
        new Expr.Attribute(name),
        isNumber ? Optional.of(new Value.Whole((long) value.doubles()[0])) : Optional.empty());
  }

  /** The shape of a tensor, known by a run. */
  Shape shape(Value.Tensor tensor) {
    return found(tensor).shape();
  }

  /** Its type where the program's floating point type is float32. */
  DType dtype(Value.Tensor tensor) {
    return found(tensor).dtype();
  }

  private Extents.Found found(Value.Tensor tensor) {
    return extentsFound.computeIfAbsent(tensor.expr(), e -> extents.of(List.copyOf(body), e));
  }

  /** What an operator of ATen answers: a tensor. */
  Value.Tensor operator(String name, List<Expr> arguments) {
    return (Value.Tensor)
        assigned(List.of("v" + tensors.size()), new Expr.Aten(name, arguments)).get(0);
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
      entries.values().forEach((name, value) -> output(name, value, outputs));
    } else {
      positional(result, outputs);
    }
    return new ScriptProgram(arguments, body, tensors, origins, outputs, constants, read);
  }

  /** Those of lists and tuples one after another, as a run answers them; without what is None. */
  private void positional(Value value, Map<String, String> outputs) {
    if (value instanceof Value.Items items) {
      items.values.forEach(v -> positional(v, outputs));
    } else if (!(value instanceof Value.Nothing)) {
      output(Integer.toString(outputs.size()), value, outputs);
    }
  }

  private void output(String name, Value value, Map<String, String> outputs) {
    if (!(value instanceof Value.Tensor tensor)) {
      throw new UnreadScript("an output is no tensor");
    }
    Expr expr = tensor.expr();
    Expr made = expr instanceof Expr.Local ? expr : operator("clone", List.of(expr)).expr();
    outputs.put(name, ((Expr.Local) made).name());
  }
}

package io.github.tf2torch.write.pt2;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.write.outline.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a program into one flat graph, in eval form: modules are inlined. */
final class Export {
  private final Graph graph;
  private final ModuleStack stack;
  private final FloatType floats;
  private final Map<String, TorchModule> modules = new HashMap<>();
  private final Map<String, Datum.Tensor> tensors;

  /**
   * @param tensors the values of parameters and buffers, by their names
   */
  Export(
      TorchModel model,
      Graph graph,
      ModuleStack stack,
      FloatType floats,
      Map<String, Datum.Tensor> tensors) {
    this.graph = graph;
    this.stack = stack;
    this.floats = floats;
    this.tensors = tensors;
    model.modules().forEach(m -> modules.put(m.path(), m.module()));
  }

  /** Local values by name, of the method of the module at a path, and what is called in it. */
  private record Frame(String path, Map<String, Section> parts, Map<String, Datum> locals) {
    String below(String name) {
      return path.isEmpty() ? name : path + "." + name;
    }
  }

  /** Runs the statements of the root, and gives its local values. */
  Map<String, Datum> run(Section whole, Map<String, Datum> inputs) {
    Frame root = new Frame("", whole.parts(), new HashMap<>(inputs));
    run(whole.body(), root);
    return root.locals();
  }

  /** What a container answers, whose inputs have the names of its first call. */
  private Datum run(Section section, List<Datum> inputs, Frame outer) {
    stack.enter(section.path(), "torch.nn.modules.module.Module");
    Frame frame = new Frame(section.path(), section.parts(), new HashMap<>(outer.locals()));
    for (int i = 0; i < inputs.size(); i++) {
      frame.locals().put(section.inputs().get(i), inputs.get(i));
    }
    run(section.body(), frame);
    stack.leave();
    List<Datum> answers =
        section.outputs().stream().map(o -> (Datum) frame.locals().get(o)).toList();
    return answers.size() == 1 ? answers.get(0) : new Datum.Items(answers);
  }

  /** The value that is returned; none where it goes on. */
  private Datum run(List<Statement> body, Frame frame) {
    for (Statement statement : body) {
      if (statement instanceof Statement.Assign s) {
        assign(s, frame);
      } else if (statement instanceof Statement.If s) {
        if (!(evaluate(s.condition(), frame) instanceof Datum.Flag flag)) {
          throw new UnsupportedOperation("a condition on values has no place in one graph");
        }
        Datum returned = run(flag.value() ? s.then() : s.otherwise(), frame);
        if (!(returned instanceof Datum.None)) {
          return returned;
        }
      } else if (statement instanceof Statement.For s) {
        unroll(s, frame);
      } else if (statement instanceof Statement.Return s) {
        return evaluate(s.value(), frame);
      } else {
        throw new AssertionError("no case for " + statement.getClass().getSimpleName());
      }
    }
    return new Datum.None();
  }

  /** Step by step: a graph of calls has no loop. */
  private void unroll(Statement.For loop, Frame frame) {
    long count =
        whole(evaluate(loop.count(), frame))
            .extent()
            .known()
            .orElseThrow(
                () ->
                    new UnsupportedOperation(
                        "a loop over time steps is unrolled, and how many there are is not known;"
                            + " give the model's input a fixed number of steps"));
    for (long i = 0; i < count; i++) {
      frame.locals().put(loop.index(), Datum.Whole.of(i));
      run(loop.body(), frame);
    }
  }

  private static void append(Expr.Aten call, Datum value, Frame frame) {
    String list = ((Expr.Local) call.arguments().get(0)).name();
    List<Datum> longer = new ArrayList<>(((Datum.Items) frame.locals().get(list)).elements());
    longer.add(value);
    frame.locals().put(list, new Datum.Items(longer));
  }

  private void assign(Statement.Assign statement, Frame frame) {
    if (statement.value() instanceof Expr.Aten call && call.operator().equals("append")) {
      append(call, evaluate(call.arguments().get(1), frame), frame);
      return;
    }
    Datum value = evaluate(statement.value(), frame);
    List<String> targets = statement.targets();
    if (targets.size() == 1) {
      frame.locals().put(targets.get(0), value);
      return;
    }
    if (!(value instanceof Datum.Items items) || items.elements().size() < targets.size()) {
      throw new AssertionError("nothing to unpack into " + targets);
    }
    for (int i = 0; i < targets.size(); i++) {
      frame.locals().put(targets.get(i), items.elements().get(i));
    }
  }

  private Datum evaluate(Expr expr, Frame frame) {
    if (expr instanceof Expr.Local e) {
      Datum value = frame.locals().get(e.name());
      if (value == null) {
        throw new AssertionError("no local value " + e.name());
      }
      return value;
    }
    if (expr instanceof Expr.Attribute e) {
      String name = frame.below(e.path());
      Datum.Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new AssertionError("no tensor " + name);
      }
      return tensor;
    }
    if (expr instanceof Expr.Training) {
      return new Datum.Flag(false);
    }
    if (expr instanceof Expr.Setting e) {
      return evaluate(e.value(), frame);
    }
    if (expr instanceof Expr.IntLiteral e) {
      return Datum.Whole.of(e.value());
    }
    if (expr instanceof Expr.FloatLiteral e) {
      return new Datum.Number(e.value());
    }
    if (expr instanceof Expr.BoolLiteral e) {
      return new Datum.Flag(e.value());
    }
    if (expr instanceof Expr.TextLiteral e) {
      return new Datum.Text(e.value());
    }
    if (expr instanceof Expr.NoneLiteral) {
      return new Datum.None();
    }
    if (expr instanceof Expr.DTypeLiteral e) {
      return new Datum.Type(floats.of(e.value()));
    }
    if (expr instanceof Expr.Keyword e) {
      return new Datum.Keyword(e.name(), evaluate(e.value(), frame));
    }
    if (expr instanceof Expr.ListLiteral e) {
      return new Datum.Items(evaluated(e.elements(), frame));
    }
    if (expr instanceof Expr.Aten e) {
      return aten(e.operator(), evaluated(e.arguments(), frame));
    }
    if (expr instanceof Expr.Rounded e) {
      return evaluate(e.value(), frame);
    }
    if (expr instanceof Expr.IntArithmetic e) {
      return graph.arithmetic(
          e.operator(), whole(evaluate(e.left(), frame)), whole(evaluate(e.right(), frame)));
    }
    if (expr instanceof Expr.ModuleCall e) {
      Section part = frame.parts().get(e.path());
      return part == null
          ? called(frame.below(e.path()), evaluated(e.arguments(), frame))
          : run(part, evaluated(e.arguments(), frame), frame);
    }
    throw new UnsupportedOperation("arithmetic of floats has no place in a graph of tensors");
  }

  private List<Datum> evaluated(List<Expr> expressions, Frame frame) {
    return expressions.stream().map(e -> evaluate(e, frame)).toList();
  }

  private static Datum.Whole whole(Datum value) {
    if (value instanceof Datum.Whole whole) {
      return whole;
    }
    throw new UnsupportedOperation("whole numbers are computed with what is none");
  }

  private Datum called(String path, List<Datum> arguments) {
    TorchModule module = modules.get(path);
    if (module == null) {
      throw new AssertionError("no module " + path);
    }
    Frame frame = new Frame(path, Map.of(), new HashMap<>());
    for (int i = 0; i < arguments.size(); i++) {
      frame.locals().put(module.inputs().get(i), arguments.get(i));
    }
    stack.enter(path, ModuleStack.type(module));
    Datum answer = run(module.forward(), frame);
    stack.leave();
    return answer;
  }

  private Datum aten(String operator, List<Datum> arguments) {
    if (operator.equals("size") && arguments.size() == 2) {
      Datum.Tensor tensor = (Datum.Tensor) arguments.get(0);
      long dimension = whole(arguments.get(1)).extent().known().orElseThrow();
      return graph.size(
          tensor, Math.toIntExact(dimension < 0 ? dimension + tensor.rank() : dimension));
    }
    if (operator.equals("tensor")) {
      return tensor(arguments.get(0));
    }
    if (operator.endsWith("_")) {
      throw new UnsupportedOperation(operator + " changes a tensor in its place");
    }
    return graph.call(operator, arguments);
  }

  /** Whole numbers as a tensor of int64, which is what {@code torch.tensor} makes of them. */
  private Datum tensor(Datum value) {
    if (value instanceof Datum.Items items) {
      List<Datum> each = new ArrayList<>();
      items.elements().forEach(e -> each.add(tensor(e)));
      return graph.call("stack", List.of(new Datum.Items(each), Datum.Whole.of(0)));
    }
    return graph.call("full", List.of(new Datum.Items(List.of()), whole(value)));
  }
}

package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.RateOp;
import io.github.tf2torch.model.source.RateProgram;
import io.github.tf2torch.model.source.RateProgram.Earlier;
import io.github.tf2torch.model.source.RateProgram.Line;
import io.github.tf2torch.model.source.RateProgram.Operand;
import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * A learning rate that a graph computes from {@code global_step} and constants alone, whatever the
 * formula: arithmetic, comparisons, and the branches of {@code tf.cond} and {@code tf.case}.
 */
final class ComputedRate {
  /** Of the variable that tf.train counts steps in. */
  private static final String STEP = "global_step";

  private static final Set<String> PASSES =
      Set.of("Identity", "ReadVariableOp", "Snapshot", "Switch", "RefSwitch", "Enter");
  private static final Set<String> BRANCHES = Set.of("If", "StatelessIf");

  /** More is no learning rate. */
  private static final int MOST_LINES = 400;

  private static final int MOST_DEPTH = 200;

  private final TrainingGraph graph;
  private final Map<String, Variable> variables;
  private final Function<NodeDef, Optional<Double>> constants;
  private final List<Line> lines = new ArrayList<>();

  /**
   * @param constants the value of a constant that is one number or truth
   */
  ComputedRate(
      TrainingGraph graph,
      Map<String, Variable> variables,
      Function<NodeDef, Optional<Double>> constants) {
    this.graph = graph;
    this.variables = variables;
    this.constants = constants;
  }

  /** Empty where anything else plays a part. */
  Optional<Config> of(String rate) {
    Optional<Operand> last = new Scope(Optional.empty(), Map.of()).operand(rate, 0);
    return last.filter(Earlier.class::isInstance)
        .map(l -> new RateProgram(lines).needed(((Earlier) l).line()).config());
  }

  private Operand added(Line line) {
    Optional<Operand> constant = line.constant().map(n -> n);
    if (constant.isPresent()) {
      return constant.get();
    }
    int known = lines.indexOf(line);
    if (known < 0) {
      lines.add(line);
    }
    return new Earlier(known < 0 ? lines.size() - 1 : known);
  }

  /** The graph, or the body of a function with what it is called with. */
  private final class Scope {
    private final Optional<FunctionDef> function;
    private final Map<String, Operand> arguments;
    private final Map<String, NodeDef> nodes = new HashMap<>();

    Scope(Optional<FunctionDef> function, Map<String, Operand> arguments) {
      this.function = function;
      this.arguments = arguments;
      function.ifPresent(f -> f.getNodeDefList().forEach(n -> nodes.put(n.getName(), n)));
    }

    private Optional<NodeDef> node(String input) {
      return function.isEmpty()
          ? graph.maker(input)
          : Optional.ofNullable(nodes.get(input.split(":", -1)[0]));
    }

    Optional<Operand> operand(String input, int depth) {
      if (arguments.containsKey(input)) {
        return Optional.of(arguments.get(input));
      }
      Optional<NodeDef> found = node(input);
      if (found.isEmpty() || depth > MOST_DEPTH || lines.size() > MOST_LINES) {
        return Optional.empty();
      }
      NodeDef node = found.get();
      if (node.getOp().equals("Const")) {
        return constants.apply(node).map(RateProgram.Number::new);
      }
      Variable variable = function.isEmpty() ? variables.get(node.getName()) : null;
      if (variable != null) {
        boolean counts = variable.name().equals(STEP) && variable.shape().rank() == 0;
        return counts ? Optional.of(new RateProgram.Step()) : Optional.empty();
      }
      if (PASSES.contains(node.getOp())) {
        return operand(node.getInput(0), depth + 1);
      }
      if (node.getOp().equals("Merge")) {
        return merged(node, depth);
      }
      return BRANCHES.contains(node.getOp())
          ? branch(node, output(input), depth)
          : computed(node, depth);
    }

    private int output(String input) {
      int colon = input.lastIndexOf(':');
      return colon < 0 ? 0 : References.index(input.substring(colon + 1), input);
    }

    private Optional<Operand> computed(NodeDef node, int depth) {
      boolean isCast = node.getOp().equals("Cast");
      DataType type = TrainingGraph.attr(node, isCast ? "DstT" : "T").getType();
      boolean isWhole = type == DataType.DT_INT32 || type == DataType.DT_INT64;
      boolean isReal = type == DataType.DT_FLOAT || type == DataType.DT_DOUBLE;
      Optional<RateOp> op =
          isCast
              ? Optional.of(isWhole ? RateOp.TRUNCATE : RateOp.CAST)
              : RateOp.of(node.getOp()).filter(o -> o.operands() == node.getInputCount());
      boolean isLogical = node.getOp().startsWith("Logical") || type == DataType.DT_BOOL;
      if (op.isEmpty() || !isWhole && !isReal && !isLogical) {
        return Optional.empty();
      }
      List<Operand> operands = new ArrayList<>();
      for (int i = 0; i < op.get().operands(); i++) {
        operand(node.getInput(i), depth + 1).ifPresent(operands::add);
      }
      if (operands.size() < op.get().operands()) {
        return Optional.empty();
      }
      boolean isSingle = type == DataType.DT_FLOAT && !op.get().isTruth();
      return Optional.of(added(new Line(op.get(), isSingle, operands)));
    }

    /** {@code cond/Merge} has what was chosen by {@code cond/pred_id} (control_flow_ops.py). */
    private Optional<Operand> merged(NodeDef node, int depth) {
      String scope = node.getName().substring(0, node.getName().lastIndexOf('/') + 1);
      Optional<Operand> isTrue =
          node(scope + "pred_id").flatMap(n -> operand(n.getName(), depth + 1));
      if (isTrue.isEmpty() || node.getInputCount() < 2) {
        return Optional.empty();
      }
      return chosen(
          isTrue.get(),
          () -> operand(node.getInput(1), depth + 1),
          () -> operand(node.getInput(0), depth + 1));
    }

    private Optional<Operand> branch(NodeDef node, int output, int depth) {
      List<Operand> given = new ArrayList<>();
      for (String input : node.getInputList()) {
        if (!input.startsWith("^")) {
          // What only the branch that is not taken needs may be anything.
          given.add(operand(input, depth + 1).orElse(new RateProgram.Number(Double.NaN)));
        }
      }
      if (given.isEmpty() || given.get(0).equals(new RateProgram.Number(Double.NaN))) {
        return Optional.empty();
      }
      return chosen(
          given.get(0),
          () -> called(TrainingGraph.attr(node, "then_branch"), given, output, depth),
          () -> called(TrainingGraph.attr(node, "else_branch"), given, output, depth));
    }

    private Optional<Operand> called(AttrValue branch, List<Operand> given, int output, int depth) {
      Optional<FunctionDef> body = graph.function(branch.getFunc().getName());
      if (body.isEmpty()
          || body.get().getSignature().getInputArgCount() != given.size() - 1
          || body.get().getSignature().getOutputArgCount() <= output) {
        return Optional.empty();
      }
      Map<String, Operand> arguments = new HashMap<>();
      for (int i = 1; i < given.size(); i++) {
        arguments.put(body.get().getSignature().getInputArg(i - 1).getName(), given.get(i));
      }
      String result = body.get().getSignature().getOutputArg(output).getName();
      return new Scope(body, arguments).operand(body.get().getRetOrDefault(result, ""), depth + 1);
    }
  }

  private interface Operands {
    Optional<Operand> get();
  }

  private Optional<Operand> chosen(Operand isTrue, Operands then, Operands otherwise) {
    if (isTrue instanceof RateProgram.Number number) {
      return number.value() != 0 ? then.get() : otherwise.get();
    }
    Optional<Operand> first = then.get();
    Optional<Operand> second = otherwise.get();
    return first.isEmpty() || second.isEmpty()
        ? Optional.empty()
        : Optional.of(
            added(new Line(RateOp.SELECT, false, List.of(isTrue, first.get(), second.get()))));
  }
}

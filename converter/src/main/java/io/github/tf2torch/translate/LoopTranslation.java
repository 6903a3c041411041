package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.Loop;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A {@code fused.Loop} as a module that takes one step after the other: what a step computes is
 * written by the rules of its ops. Sequences are held with the batch first.
 */
final class LoopTranslation {
  static final String OP = Node.FUSED + "Loop";

  /**
   * What a loop stands in.
   *
   * @param weight what a node holds that computes nothing
   */
  record Around(
      Graph graph, RuleSet rules, Function<Node, Optional<Value>> weight, LoopNames names) {}

  private final Node node;
  private final Graph.Function body;
  private final NodeContext context;
  private final Around around;
  private final LoopInputs inputs;
  private final StepProgram program = new StepProgram();
  private final Map<Endpoint, Value> values = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<Held> arguments = new ArrayList<>();
  private final List<Held> states = new ArrayList<>();
  private final Limits limits = new Limits(program);

  /** Numbers of states that neither a step nor what comes after the loop reads. */
  private final Set<Integer> unneeded = new HashSet<>();

  private LoopTranslation(Node node, NodeContext context, Around around) {
    this.node = node;
    this.body = around.graph().functions().get(node.functionAttr("body"));
    this.context = context;
    this.around = around;
    this.inputs = new LoopInputs(node, context);
  }

  /** Says every output of the node that is read. */
  static void translate(Node node, NodeContext context, Around around) {
    Optional<KnownCell> cell = KnownCell.of(node, around.graph(), around.rules(), around.weight());
    if (cell.isPresent()) {
      CellTranslation.translate(node, context, cell.get());
      return;
    }
    List<Dims> states = new LoopInputs(node, context).stateDims();
    // Extents that a step does not keep are not known; found when it is written
    for (int i = 0; i < 2; i++) {
      LoopTranslation loop = new LoopTranslation(node, context, around);
      List<Dims> after = loop.run(states);
      if (after.equals(states)) {
        loop.call();
        return;
      }
      states = StateExtents.common(states, after, context);
    }
    throw context.unsupported("has a state that changes its extents from step to step");
  }

  /** Writes a step; the extents that the states have after it. */
  private List<Dims> run(List<Dims> stateDims) {
    List<String> taken = body.arguments();
    int next = 0;
    values.put(argument(next++), new Value.Sizes(List.of(Expr.local("t")), true));
    program.local("t");
    for (int i = 0; i < inputs.sequences().size(); i++) {
      Held sequence = inputs.sequences().get(i);
      String name = input(inputs.sequences().size() == 1 ? "input" : "input_" + i, sequence);
      Endpoint item = argument(next++);
      if (isUsed(item)) {
        int axis = sequence.type().order().dimensionOf(0);
        Dims dims = sequence.type().dims();
        TensorType type =
            TensorType.plain(
                sequence.type().dtype(), new Dims(dims.extents().subList(1, dims.rank())));
        Expr select =
            Expr.aten("select", Expr.local(name), new Expr.IntLiteral(axis), Expr.local("t"));
        values.put(item, program.assign("x", select, type));
      }
    }
    for (int i = 0; i < inputs.states().size(); i++) {
      Held first = inputs.states().get(i);
      if (!isNeeded(i, argument(next))) {
        unneeded.add(i);
        states.add(new Held(Expr.local("h"), first.type().withDims(stateDims.get(i))));
        next++;
        continue;
      }
      String name = input(inputs.states().size() == 1 ? "h" : "state_" + i, first);
      Held state = new Held(Expr.local(name), first.type().withDims(stateDims.get(i)));
      states.add(state);
      values.put(argument(next++), state);
    }
    for (Value value : inputs.captured()) {
      Endpoint place = argument(next++);
      if (value instanceof Held held) {
        values.put(place, new Held(Expr.local(input("seen", held)), held.type()));
      } else {
        values.put(place, value);
      }
    }
    for (Held limit : inputs.limits()) {
      limits.add(new Held(Expr.local(input("limit", limit)), limit.type()));
    }
    if (next != taken.size()) {
      throw new IllegalStateException(node.name() + " takes " + taken + ", given " + next);
    }
    body.body().nodes().forEach(this::visit);
    List<Dims> after = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      TensorType type = result(i).type();
      if (type.dtype() != states.get(i).type().dtype()) {
        throw context.unsupported("has a state that changes its type");
      }
      after.add(type.dims());
    }
    return after;
  }

  private boolean isNeeded(int state, Endpoint argument) {
    boolean mayBeLast =
        IntStream.range(0, numbers("list_outputs").size()).anyMatch(i -> inputs.isLast(i));
    return isUsed(argument)
        || mayBeLast
        || !inputs.limits().isEmpty()
        || context.isRead(numbers("state_outputs").get(state));
  }

  private Endpoint argument(int index) {
    return new Endpoint(body.arguments().get(index), 0);
  }

  private boolean isUsed(Endpoint endpoint) {
    return body.results().contains(endpoint)
        || body.body().nodes().stream().anyMatch(n -> n.inputs().contains(endpoint));
  }

  private String input(String wanted, Held value) {
    String name = program.local(wanted);
    names.add(name);
    arguments.add(value);
    return name;
  }

  private void visit(Node inner) {
    if (values.containsKey(inner.output(0)) || inner.op().equals("Placeholder")) {
      return;
    }
    Optional<Value> weight = around.weight().apply(inner);
    if (weight.isPresent()) {
      values.put(inner.output(0), weight.get());
      return;
    }
    List<Value> given = new ArrayList<>();
    for (Endpoint endpoint : inner.inputs()) {
      Value value = values.get(endpoint);
      if (value == null) {
        throw new IllegalStateException(inner.name() + " needs " + endpoint + " within the loop");
      }
      given.add(value);
    }
    NodeContext step =
        new NodeContext(inner, given, program, List.of(), i -> isUsed(inner.output(i)));
    try {
      around
          .rules()
          .rule(inner.op())
          .orElseThrow(() -> new NoTranslation("has no rule"))
          .translate(inner, step);
    } catch (NoTranslation e) {
      throw context.unsupported(
          "cannot take a step: " + inner.name() + " (" + inner.op() + ") " + e.getMessage());
    }
    step.outputs().forEach((index, value) -> values.put(inner.output(index), value));
  }

  /** A result of the step, in TensorFlow's order. */
  private Held result(int index) {
    NodeContext step = new NodeContext(node, List.of(), program, List.of(), i -> true);
    Held held = step.held(values.get(body.results().get(index)));
    return step.inOrder(held, AxisOrder.identity(held.type().rank()));
  }

  private void call() {
    List<Held> after =
        IntStream.range(0, states.size())
            .mapToObj(i -> limits.where(result(i), states.get(i).expr()))
            .toList();
    LoopAnswers answers = answers(after);
    Loop module =
        new Loop(
            "",
            program.slots(true),
            program.slots(false),
            names,
            inputs.count(names),
            List.copyOf(program.statements()),
            answers.collected(),
            StateUpdate.of(needed(states), needed(after), program),
            answers.states().stream()
                .map(i -> ((Expr.Local) states.get(i).expr()).name())
                .toList());
    ModuleCall call =
        new ModuleCall(
            module.named(around.names().of(module, node.name())), program.tensors(), "loop");
    List<TensorType> types = answers.types(states);
    answers.output(
        types.size() == 1
            ? List.of(context.call(call, arguments, types.get(0)))
            : context.call(call, arguments, types),
        context);
  }

  /** Of the outputs of the node that are read. */
  private LoopAnswers answers(List<Held> after) {
    LoopAnswers answers = new LoopAnswers(inputs);
    List<Integer> lists = numbers("list_outputs");
    for (int i = 0; i < lists.size(); i++) {
      if (!context.isRead(lists.get(i))) {
        continue;
      }
      Held item = result(states.size() + i);
      item = limits.where(item, Expr.aten("zeros_like", item.expr()));
      int state = after.indexOf(item);
      if (inputs.isLast(i) && state >= 0) {
        answers.lastOf(lists.get(i), state);
      } else {
        String name = program.local(lists.size() == 1 ? "outputs" : "outputs_" + i);
        answers.collect(lists.get(i), name, item, inputs.isLast(i));
      }
    }
    List<Integer> finals = numbers("state_outputs");
    for (int i = 0; i < finals.size(); i++) {
      if (context.isRead(finals.get(i))) {
        answers.state(finals.get(i), i);
      }
    }
    return answers;
  }

  private List<Held> needed(List<Held> ofStates) {
    return IntStream.range(0, ofStates.size())
        .filter(i -> !unneeded.contains(i))
        .mapToObj(ofStates::get)
        .toList();
  }

  /** Whether this output of a node is the list of what a loop's steps answer. */
  static boolean isList(Node node, int output) {
    return node.op().equals(OP) && numbers(node, "list_outputs").contains(output);
  }

  private List<Integer> numbers(String attr) {
    return numbers(node, attr);
  }

  static List<Integer> numbers(Node node, String attr) {
    return ((Attr.ListOf) node.attrs().get(attr))
        .values().stream().map(a -> Math.toIntExact(((Attr.Int) a).value())).toList();
  }
}

package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.Recurrent;
import io.github.tf2torch.model.target.nn.StatefulRecurrent;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** A loop whose step is a cell of PyTorch as its module. */
final class CellTranslation {
  /** The attribute of a loop whose first states are zeros and therefore no inputs. */
  static final String ZEROS = "first_states_are_zeros";

  private final Node node;
  private final NodeContext context;
  private final KnownCell cell;
  private final LoopInputs inputs;

  private CellTranslation(Node node, NodeContext context, KnownCell cell) {
    this.node = node;
    this.context = context;
    this.cell = cell;
    this.inputs = new LoopInputs(node, context);
  }

  /** Says every output of the node that is read. */
  static void translate(Node node, NodeContext context, KnownCell cell) {
    new CellTranslation(node, context, cell).run();
  }

  /** The graph with loops of such cells that take no states where theirs are zeros. */
  static Graph withoutZeros(Graph graph, RuleSet rules, Function<Node, Optional<Value>> weight) {
    Map<String, Node> nodes = graph.byName();
    List<Node> all = new ArrayList<>();
    for (Node node : graph.nodes()) {
      int states =
          node.op().equals(LoopTranslation.OP) ? Math.toIntExact(node.intAttr("states")) : 0;
      int size = node.inputs().size();
      boolean isOfZeros =
          states > 0
              && KnownCell.of(node, graph, rules, weight).isPresent()
              && node.inputs().subList(size - states, size).stream()
                  .allMatch(s -> isZeros(s, nodes));
      all.add(isOfZeros ? withoutStates(node, size - states) : node);
    }
    return new Graph(all, graph.functions());
  }

  private static Node withoutStates(Node node, int kept) {
    Map<String, Attr> attrs = new TreeMap<>(node.attrs());
    attrs.put(ZEROS, new Attr.Bool(true));
    return new Node(
        node.name(), node.op(), node.inputs().subList(0, kept), node.controlInputs(), attrs);
  }

  private static boolean isZeros(Endpoint endpoint, Map<String, Node> nodes) {
    Node node = nodes.get(endpoint.node());
    while (node != null && node.op().equals("Identity")) {
      node = nodes.get(node.input(0).node());
    }
    if (node == null) {
      return false;
    }
    return node.op().equals("ZerosLike")
        || node.op().equals("Fill") && isZero(nodes.get(node.input(1).node()))
        || isZero(node);
  }

  private static boolean isZero(Node node) {
    if (node == null
        || !node.op().equals("Const")
        || !(node.attrs().get("value") instanceof Attr.Tensor t)) {
      return false;
    }
    for (double each : t.value().doubles()) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private void run() {
    if (!inputs.limits().isEmpty()) {
      throw context.unsupported("is a loop whose number of steps depends on values");
    }
    boolean isOfZeros = LoopInputs.startsAtZeros(node);
    List<Integer> finals = LoopTranslation.numbers(node, "state_outputs");
    boolean readsCell =
        cell.states().size() == 2 && context.isRead(finals.get(cell.states().get(1)));
    boolean isStateful = !isOfZeros || readsCell;
    Held x = inputs.sequence();
    List<Held> arguments = new ArrayList<>(List.of(x));
    if (isStateful) {
      arguments.addAll(
          isOfZeros ? zeros(x) : cell.states().stream().map(inputs.states()::get).toList());
    }
    List<Held> results = called(x, arguments, isStateful);
    List<Integer> lists = LoopTranslation.numbers(node, "list_outputs");
    for (int i = 0; i < lists.size(); i++) {
      if (context.isRead(lists.get(i))) {
        context.output(
            lists.get(i),
            inputs.isLast(i) ? LoopLists.ofOne(hidden(results), context) : results.get(0));
      }
    }
    for (int i = 0; i < cell.states().size(); i++) {
      int output = finals.get(cell.states().get(i));
      if (context.isRead(output)) {
        context.output(output, i == 0 ? hidden(results) : results.get(1 + i));
      }
    }
  }

  private Held hidden(List<Held> results) {
    return results.size() > 1 ? results.get(1) : LoopLists.last(results.get(0), context);
  }

  private List<Held> called(Held x, List<Held> arguments, boolean isStateful) {
    Recurrent module = cell.module();
    long batch = x.type().dims().extent(1);
    TensorType all =
        new TensorType(
            x.type().dtype(),
            Dims.of(inputs.known(), batch, module.hiddenSize()),
            LoopInputs.batchFirst(3));
    if (!isStateful) {
      return List.of(context.call(new ModuleCall(module, cell.tensors(), "rnn"), arguments, all));
    }
    List<TensorType> types = new ArrayList<>(List.of(all));
    types.addAll(
        Collections.nCopies(
            cell.states().size(),
            TensorType.plain(x.type().dtype(), Dims.of(batch, module.hiddenSize()))));
    ModuleCall call = new ModuleCall(new StatefulRecurrent(module), cell.tensors(), "rnn");
    return context.call(call, arguments, types);
  }

  private List<Held> zeros(Held x) {
    long hidden = cell.module().hiddenSize();
    Expr batch = Expr.aten("size", x.expr(), new Expr.IntLiteral(x.type().order().dimensionOf(1)));
    Expr sizes = new Expr.ListLiteral(List.of(batch, new Expr.IntLiteral(hidden)));
    Held zeros =
        context.assign(
            "state",
            Expr.aten("new_zeros", x.expr(), sizes),
            TensorType.plain(x.type().dtype(), Dims.of(x.type().dims().extent(1), hidden)));
    return Collections.nCopies(cell.states().size(), zeros);
  }
}

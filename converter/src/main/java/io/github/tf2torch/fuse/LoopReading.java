package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What every variable of a loop is for. */
final class LoopReading {
  /** Lists that hold a tensor's parts along its first axis. */
  static final Set<String> UNSTACKS = Set.of("TensorListFromTensor", "TensorArrayScatterV3");

  static final Set<String> READS = Set.of("TensorListGetItem", "TensorArrayReadV3");
  static final Set<String> WRITES = Set.of("TensorListSetItem", "TensorArrayWriteV3");
  static final Set<String> STACKS = Set.of("TensorListStack", "TensorArrayGatherV3");
  private static final Set<String> RESERVES = Set.of("TensorListReserve", "TensorArrayV3");

  final Node loop;
  final Graph graph;
  final Nodes outside;
  final Setting setting;
  final Graph.Function body;
  final Nodes inside;

  /** Variables that are the number of the step. */
  final List<Integer> counters = new ArrayList<>();

  /** Variables that stay what they are. */
  final List<Integer> constant = new ArrayList<>();

  /** Variables that are the lists of what the steps answer. */
  final List<Integer> written = new ArrayList<>();

  final List<Integer> states = new ArrayList<>();

  /** What the number of the step stays below, as the graph around the loop has it. */
  final List<Bound> bounds = new ArrayList<>();

  /** A number outside, or one that the condition holds itself. */
  record Bound(Optional<Endpoint> outside, Optional<TensorValue> value) {}

  LoopReading(Node loop, Graph graph, Nodes outside, Setting setting) {
    this.loop = loop;
    this.graph = graph;
    this.outside = outside;
    this.setting = setting;
    this.body = function("body");
    this.inside = new Nodes(body.body(), setting);
    if (body.arguments().size() != loop.inputs().size()
        || body.results().size() != loop.inputs().size()) {
      throw new CountedLoop.NotCounted("its body takes or gives another number of variables");
    }
    for (int i = 0; i < loop.inputs().size(); i++) {
      kind(i).add(i);
    }
    bounds();
    if (bounds.isEmpty()) {
      throw new CountedLoop.NotCounted("its condition sets no bound to a number of steps");
    }
  }

  private Graph.Function function(String attr) {
    Graph.Function function = graph.functions().get(loop.functionAttr(attr));
    if (function == null) {
      throw new CountedLoop.NotCounted("its " + attr + " is missing");
    }
    return function;
  }

  private List<Integer> kind(int variable) {
    Endpoint next = origin(body.results().get(variable), inside);
    if (argument(next) == variable) {
      return constant;
    }
    Optional<Node> maker = inside.maker(next);
    if (maker.filter(n -> Nodes.ADD.contains(n.op())).isPresent()
        && isNumber(loop.input(variable), outside, 0)
        && isStep(maker.get(), variable)) {
      return counters;
    }
    if (maker.filter(n -> WRITES.contains(n.op())).isPresent()
        && argument(origin(list(maker.get()), inside)) == variable) {
      return written;
    }
    if (reserve(variable).isPresent()) {
      throw new CountedLoop.NotCounted("it changes a list in another way than one item a step");
    }
    return states;
  }

  private boolean isStep(Node add, int variable) {
    return Nodes.operands(add).stream()
        .anyMatch(
            o -> argument(origin(o.one(), inside)) == variable && isNumber(o.other(), inside, 1));
  }

  /** Which argument of the body this is; negative where it is none. */
  int argument(Endpoint endpoint) {
    return endpoint.index() == 0 ? body.arguments().indexOf(endpoint.node()) : -1;
  }

  /** Whether it is the number of the step. */
  boolean isCounter(Endpoint endpoint) {
    return counters.contains(argument(origin(endpoint, inside)));
  }

  private static boolean isNumber(Endpoint endpoint, Nodes nodes, long number) {
    return nodes
        .constant(origin(endpoint, nodes))
        .filter(c -> !c.dtype().isFloating() && c.shape().count() == 1 && c.longAt(0) == number)
        .isPresent();
  }

  boolean isZeroInside(Endpoint endpoint) {
    return isNumber(endpoint, inside, 0);
  }

  static Endpoint origin(Endpoint endpoint, Nodes nodes) {
    Endpoint at = endpoint;
    Optional<Node> passing = nodes.maker(at, Set.of("Identity"));
    while (passing.isPresent()) {
      at = passing.get().input(0);
      passing = nodes.maker(at, Set.of("Identity"));
    }
    return at;
  }

  /** The list that a node reads, writes or stacks; of a TensorArray, its flow. */
  static Endpoint list(Node node) {
    return switch (node.op()) {
      case "TensorArrayReadV3", "TensorArrayGatherV3" -> node.input(2);
      case "TensorArrayWriteV3", "TensorArrayScatterV3" -> node.input(3);
      default -> node.input(0);
    };
  }

  /** What is written where. */
  Node write(int variable) {
    return inside.maker(origin(body.results().get(variable), inside)).orElseThrow();
  }

  /** How many items a list has that starts without any. */
  Optional<Endpoint> reserve(int variable) {
    return outside
        .maker(origin(loop.input(variable), outside))
        .filter(n -> RESERVES.contains(n.op()))
        .map(n -> n.input(n.op().equals("TensorListReserve") ? 1 : 0));
  }

  /** The tensor whose parts a list holds. */
  Optional<Endpoint> sequence(int variable) {
    return outside
        .maker(origin(loop.input(variable), outside))
        .filter(n -> UNSTACKS.contains(n.op()))
        .filter(n -> n.op().equals("TensorListFromTensor") || isCounted(n.input(1)))
        .map(n -> n.input(n.op().equals("TensorListFromTensor") ? 0 : 2));
  }

  /**
   * Whether these are the places of a list from its first, one after the other; how many is not
   * said. A scatter takes as many as its tensor has parts.
   */
  private boolean isCounted(Endpoint places) {
    Optional<TensorValue> known = outside.constant(origin(places, outside));
    if (known.isPresent()) {
      long[] all = known.get().longs();
      return IntStream.range(0, all.length).allMatch(i -> all[i] == i);
    }
    return range(places).isPresent();
  }

  private Optional<Node> range(Endpoint places) {
    return outside
        .maker(origin(places, outside), Set.of("Range"))
        .filter(r -> isNumber(r.input(0), outside, 0) && isNumber(r.input(2), outside, 1));
  }

  /** Whether it stacks all that a list has, and not the first of it alone. */
  boolean isWhole(Node stack, int variable) {
    if (stack.op().equals("TensorListStack")) {
      return true;
    }
    if (!isCounted(stack.input(1)) || !isOfArray(stack.input(0), variable)) {
      return false;
    }
    Endpoint size = origin(reserve(variable).orElseThrow(), outside);
    Optional<TensorValue> places = outside.constant(origin(stack.input(1), outside));
    if (places.isPresent()) {
      return isNumber(size, outside, places.get().shape().count());
    }
    Endpoint end = origin(range(stack.input(1)).orElseThrow().input(1), outside);
    boolean isSize =
        outside
            .maker(end, Set.of("TensorArraySizeV3"))
            .filter(n -> isOfArray(n.input(0), variable))
            .isPresent();
    return isSize
        || end.equals(size)
        || outside.constant(end).filter(e -> isNumber(size, outside, e.longAt(0))).isPresent();
  }

  /** Whether a handle outside is that of the array whose flow a variable is. */
  private boolean isOfArray(Endpoint handle, int variable) {
    return origin(handle, outside).node().equals(array(variable));
  }

  /** The same of a handle within the loop; a list has none. */
  boolean isOfItsArray(Node access, int variable) {
    if (!access.op().startsWith("TensorArray")) {
      return true;
    }
    int handle = argument(origin(access.input(0), inside));
    return handle >= 0 && constant.contains(handle) && isOfArray(loop.input(handle), variable);
  }

  private String array(int variable) {
    Endpoint flow = origin(loop.input(variable), outside);
    return outside
        .maker(flow, Set.of("TensorArrayScatterV3"))
        .map(n -> origin(n.input(0), outside).node())
        .orElse(flow.node());
  }

  private void bounds() {
    Graph.Function condition = function("cond");
    Nodes nodes = new Nodes(condition.body(), setting);
    List<Endpoint> open = new ArrayList<>(condition.results().subList(0, 1));
    while (!open.isEmpty()) {
      Endpoint at = origin(open.remove(0), nodes);
      Node node = nodes.maker(at).orElse(loop);
      if (node.op().equals("LogicalAnd")) {
        open.addAll(node.inputs());
      } else if (node.op().equals("Less")
          && counters.contains(index(condition, node.input(0), nodes))) {
        bounds.add(bound(condition, node.input(1), nodes));
      } else {
        throw new CountedLoop.NotCounted(
            "it goes on as "
                + node.op()
                + " says, which is no comparison of the number of steps with a bound");
      }
    }
  }

  private static int index(Graph.Function condition, Endpoint endpoint, Nodes nodes) {
    Endpoint at = origin(endpoint, nodes);
    return at.index() == 0 ? condition.arguments().indexOf(at.node()) : -1;
  }

  private Bound bound(Graph.Function condition, Endpoint endpoint, Nodes nodes) {
    int variable = index(condition, endpoint, nodes);
    if (variable >= 0 && constant.contains(variable)) {
      return new Bound(Optional.of(largest(loop.input(variable))), Optional.empty());
    }
    return nodes
        .constant(origin(endpoint, nodes))
        .map(v -> new Bound(Optional.empty(), Optional.of(v)))
        .orElseThrow(
            () -> new CountedLoop.NotCounted("the bound of its steps changes from step to step"));
  }

  /** Keras takes the largest of one number: {@code Max} along no axis. */
  private Endpoint largest(Endpoint endpoint) {
    Endpoint at = origin(endpoint, outside);
    return outside
        .maker(at, Set.of("Max"))
        .filter(m -> outside.constant(m.input(1)).filter(a -> a.shape().count() == 0).isPresent())
        .map(m -> m.input(0))
        .orElse(at);
  }
}

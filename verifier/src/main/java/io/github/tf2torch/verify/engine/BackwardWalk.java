package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Adds to a {@link Differentiable} graph what computes gradients, from the outputs back. Each node
 * is differentiated alone, by TensorFlow's C++ registry or by {@link BackwardOps}: so one operation
 * without a gradient leaves the others theirs.
 */
final class BackwardWalk {
  private static final Set<DataType> FLOATS = Set.of(DataType.DT_FLOAT, DataType.DT_DOUBLE);

  private static final Set<String> LOOPS =
      Set.of("While", "StatelessWhile", "NextIteration", "RefNextIteration");

  private final Graph graph;
  private final String prefix;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<Endpoint, List<Output<?>>> upstream = new HashMap<>();
  private final BackwardOps own;
  private final KnownShapes known;
  private final Map<RegisteredGradient.Question, RegisteredGradient> registry = new HashMap<>();
  private final Map<String, GraphOperation> operations = new HashMap<>();
  private final Map<Endpoint, Boolean> isFloat = new HashMap<>();
  private int made;

  private BackwardWalk(Graph graph, GraphDef definition, String prefix) {
    this.graph = graph;
    this.prefix = prefix;
    this.own = new BackwardOps(graph, prefix);
    this.known = new KnownShapes(graph, prefix);
    definition.getNodeList().forEach(n -> nodes.put(n.getName(), n));
  }

  /**
   * The gradient of each target that the outputs depend on.
   *
   * @param prefix of the names of what is added, no other's in this graph
   * @param outputs with the gradient that comes to each from outside
   */
  static Map<Endpoint, Output<?>> run(
      Graph graph,
      GraphDef definition,
      String prefix,
      Map<Endpoint, Output<?>> outputs,
      Collection<Endpoint> targets) {
    return new BackwardWalk(graph, definition, prefix).run(outputs, targets);
  }

  private Map<Endpoint, Output<?>> run(
      Map<Endpoint, Output<?>> outputs, Collection<Endpoint> targets) {
    List<String> order = order(outputs.keySet());
    refuseLoops(order);
    Set<Endpoint> wanted = new HashSet<>(targets);
    Set<String> needed = needed(order, wanted);
    outputs.forEach((y, dy) -> take(y, dy));
    for (int i = order.size() - 1; i >= 0; i--) {
      NodeDef node = nodes.get(order.get(i));
      boolean isTarget = wanted.contains(new Endpoint(node.getName(), 0));
      if (needed.contains(node.getName())
          && !isTarget
          && !BackwardOps.FLAT.contains(node.getOp())) {
        differentiate(node, needed);
      }
    }
    Map<Endpoint, Output<?>> gradients = new LinkedHashMap<>();
    for (Endpoint target : targets) {
      sum(target).ifPresent(dy -> gradients.put(target, dy));
    }
    return gradients;
  }

  /**
   * TensorFlow's C++ registry has no gradient of a loop as a node, and one of frames only for a
   * graph that was built by C++; what a loop reads of variables is no edge that could be followed.
   */
  private void refuseLoops(List<String> order) {
    for (String name : order) {
      if (LOOPS.contains(nodes.get(name).getOp())) {
        throw new MissingGradient(
            "TensorFlow-Java has no gradient of the loop "
                + name
                + " ("
                + nodes.get(name).getOp()
                + ")");
      }
    }
  }

  /** All that the outputs depend on, inputs before their use. */
  private List<String> order(Collection<Endpoint> outputs) {
    List<String> order = new ArrayList<>();
    Set<String> opened = new HashSet<>();
    Set<String> closed = new HashSet<>();
    Deque<String> stack = new ArrayDeque<>();
    outputs.forEach(y -> stack.push(y.node()));
    while (!stack.isEmpty()) {
      String name = stack.peek();
      if (opened.add(name)) {
        nodes.get(name).getInputList().stream()
            .filter(input -> !input.startsWith("^"))
            .map(input -> Endpoint.parse(input).node())
            .filter(input -> !opened.contains(input))
            .forEach(stack::push);
      } else {
        stack.pop();
        if (closed.add(name)) {
          order.add(name);
        }
      }
    }
    return order;
  }

  /** The nodes through which a target acts on an output by floating point values. */
  private Set<String> needed(List<String> order, Set<Endpoint> targets) {
    Set<String> needed = new HashSet<>();
    for (String name : order) {
      boolean isTarget = targets.contains(new Endpoint(name, 0));
      if (isTarget
          || inputs(nodes.get(name)).stream()
              .anyMatch(x -> isFloat(x) && needed.contains(x.node()))) {
        needed.add(name);
      }
    }
    return needed;
  }

  private static List<Endpoint> inputs(NodeDef node) {
    return node.getInputList().stream()
        .filter(input -> !input.startsWith("^"))
        .map(Endpoint::parse)
        .toList();
  }

  /** Looked up once: a lookup goes through C, and unrolled loops have tens of thousands. */
  private GraphOperation operation(String name) {
    return operations.computeIfAbsent(name, graph::operation);
  }

  private Output<?> output(Endpoint endpoint) {
    return operation(endpoint.node()).output(endpoint.index());
  }

  private boolean isFloat(Endpoint endpoint) {
    return isFloat.computeIfAbsent(endpoint, e -> isFloat(output(e).dataType()));
  }

  private static boolean isFloat(DataType type) {
    return FLOATS.contains(type) || type == DataType.DT_FLOAT_REF || type == DataType.DT_DOUBLE_REF;
  }

  private void take(Endpoint endpoint, Output<?> dy) {
    upstream.computeIfAbsent(endpoint, e -> new ArrayList<>()).add(dy);
  }

  /** What has come back to an output, summed. */
  private Optional<Output<?>> sum(Endpoint endpoint) {
    List<Output<?>> all = upstream.getOrDefault(endpoint, List.of());
    if (all.size() < 2) {
      return all.stream().<Output<?>>map(dy -> dy).findFirst();
    }
    Output<?> sum =
        graph
            .opBuilder("AddN", prefix + "sum_" + made++, graph.baseScope())
            .addInputList(all.toArray(Output<?>[]::new))
            .build()
            .output(0);
    upstream.put(endpoint, new ArrayList<>(List.of(sum)));
    return Optional.of(sum);
  }

  private void differentiate(NodeDef node, Set<String> needed) {
    GraphOperation op = operation(node.getName());
    List<Integer> outputs = new ArrayList<>();
    List<Output<?>> dys = new ArrayList<>();
    boolean reached = false;
    for (int i = 0; i < op.numOutputs(); i++) {
      Endpoint y = new Endpoint(node.getName(), i);
      Optional<Output<?>> dy = isFloat(y) ? sum(y) : Optional.empty();
      reached |= dy.isPresent();
      // statistics of a batch have no gradient of their own
      if (dy.isPresent() || isFloat(y) && !node.getOp().startsWith("FusedBatchNorm")) {
        outputs.add(i);
        dys.add(dy.isPresent() ? dy.get() : zeros(op.output(i)));
      }
    }
    if (!reached) {
      return;
    }
    List<Endpoint> inputs = inputs(node);
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (isFloat(inputs.get(i)) && needed.contains(inputs.get(i).node())) {
        places.add(i);
      }
    }
    if (node.getOp().equals("IdentityN")) {
      places.forEach(
          i -> sum(new Endpoint(node.getName(), i)).ifPresent(dy -> take(inputs.get(i), dy)));
      return;
    }
    if (BackwardOps.OPS.contains(node.getOp())) {
      List<Optional<Output<?>>> dxs = own.of(node, op, dys.get(0));
      places.forEach(i -> dxs.get(i).ifPresent(dx -> take(inputs.get(i), dx)));
      return;
    }
    List<Output<?>> xs = inputs.stream().<Output<?>>map(this::output).toList();
    if (KnownShapes.covers(node, xs)) {
      places.forEach(i -> take(inputs.get(i), known.of(node, xs, op.output(0), dys.get(0), i)));
      return;
    }
    List<Optional<Output<?>>> dxs = registered(node, op, xs, outputs, dys, places);
    for (int k = 0; k < dxs.size(); k++) {
      Endpoint x = inputs.get(places.get(k));
      dxs.get(k).ifPresent(dx -> take(x, dx));
    }
  }

  private Output<?> zeros(Output<?> y) {
    return graph
        .opBuilder("ZerosLike", prefix + "zeros_" + made++, graph.baseScope())
        .addInput(y)
        .build()
        .output(0);
  }

  private List<Optional<Output<?>>> registered(
      NodeDef node,
      GraphOperation op,
      List<Output<?>> xs,
      List<Integer> outputs,
      List<Output<?>> dys,
      List<Integer> places) {
    RegisteredGradient.Question question =
        RegisteredGradient.Question.of(node, xs, outputs, places);
    try {
      return registry
          .computeIfAbsent(question, RegisteredGradient::of)
          .addTo(graph, prefix + "gradient_" + made++, question, op, xs, dys);
    } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
      throw new MissingGradient(node.getName(), node.getOp(), e);
    }
  }
}

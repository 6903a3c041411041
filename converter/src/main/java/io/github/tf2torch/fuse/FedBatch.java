package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Takes the extent of a batch from the batch itself where TF1 feeds it as a number, as {@code
 * cell.zero_state(batch_size, dtype)} and {@code tf.reshape(x, [batch_size, 5])} do. Any other
 * number is an error in TensorFlow: states are joined with the examples of a step.
 */
final class FedBatch implements Pass {
  private static final Set<String> PASSING = Set.of("Identity", "ExpandDims", "Cast", "Reshape");

  /** Where a batch's extent is found. */
  private record Batch(Endpoint tensor, int axis) {}

  /** The extents of a tensor, the first of which is fed. */
  private record Sized(Endpoint fed, List<Long> others) {}

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Map<Node, Sized> sized = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op().equals("Fill") || node.op().equals("Reshape")) {
        sized(node.input(node.op().equals("Fill") ? 0 : 1), nodes)
            .ifPresent(s -> sized.put(node, s));
      }
    }
    if (sized.isEmpty()) {
      return graph;
    }
    Map<Endpoint, Batch> batches = new HashMap<>();
    for (Node node : graph.nodes()) {
      for (Endpoint input : node.inputs()) {
        Sized state = nodes.maker(LoopReading.origin(input, nodes)).map(sized::get).orElse(null);
        if (state != null) {
          beside(node, input, nodes).ifPresent(b -> batches.putIfAbsent(state.fed(), b));
        }
      }
    }
    Rewriting rewriting = new Rewriting();
    sized.forEach(
        (node, size) -> {
          if (node.op().equals("Reshape")) {
            if (size.others().stream().allMatch(o -> o > 0)) {
              rewriting.replace(node, reshaped(node, size));
            }
          } else if (batches.containsKey(size.fed())) {
            rewriting.replace(node, filled(node, size, batches.get(size.fed())));
          }
        });
    return new Graph(InOrder.of(rewriting.apply(graph).nodes()), graph.functions());
  }

  private static Optional<Sized> sized(Endpoint extents, Nodes nodes) {
    Node list = nodes.maker(LoopReading.origin(extents, nodes)).orElse(null);
    if (list == null || !Set.of("ConcatV2", "Pack").contains(list.op())) {
      return Optional.empty();
    }
    int parts = list.inputs().size() - (list.op().equals("Pack") ? 0 : 1);
    List<Long> others = new ArrayList<>();
    for (Endpoint part : list.inputs().subList(1, parts)) {
      Optional<TensorValue> known = nodes.constant(LoopReading.origin(part, nodes));
      if (known.isEmpty()) {
        return Optional.empty();
      }
      for (long extent : known.get().longs()) {
        others.add(extent);
      }
    }
    return fed(list.input(0), nodes).map(f -> new Sized(f, others));
  }

  /** The placeholder of one whole number that this is. */
  private static Optional<Endpoint> fed(Endpoint endpoint, Nodes nodes) {
    Endpoint at = endpoint;
    Optional<Node> maker = nodes.maker(at);
    while (maker.filter(n -> PASSING.contains(n.op())).isPresent()) {
      at = maker.get().input(0);
      maker = nodes.maker(at);
    }
    return maker
            .filter(n -> n.op().equals("Placeholder") && !n.typeAttr("dtype").isFloating())
            .filter(n -> n.shapeAttr("shape").filter(s -> s.rank() == 0).isPresent())
            .isPresent()
        ? Optional.of(at)
        : Optional.empty();
  }

  /** What a state is joined with: another tensor's features, or the steps of a loop. */
  private static Optional<Batch> beside(Node node, Endpoint state, Nodes nodes) {
    if (node.op().equals("ConcatV2")) {
      List<Endpoint> joined = node.inputs().subList(0, node.inputs().size() - 1);
      boolean isAlongFeatures =
          nodes
              .constant(node.input(joined.size()))
              .filter(a -> a.shape().count() == 1 && a.longAt(0) == 1)
              .isPresent();
      return isAlongFeatures && joined.contains(state)
          ? joined.stream()
              .filter(j -> nodes.maker(j).filter(n -> n.op().equals("Fill")).isEmpty())
              .findFirst()
              .map(j -> new Batch(j, 0))
          : Optional.empty();
    }
    OptionalInt sequence =
        node.op().equals(CountedLoop.OP) ? sequence(node, state) : OptionalInt.empty();
    return sequence.isPresent()
        ? Optional.of(new Batch(node.input(sequence.getAsInt()), 1))
        : Optional.empty();
  }

  /** The first sequence of a loop that begins with the state; time is its first axis. */
  private static OptionalInt sequence(Node loop, Endpoint state) {
    int first = count(loop, "bounds") + count(loop, "sizes");
    int states = first + count(loop, "sequences");
    return IntStream.range(states, states + count(loop, "states"))
            .anyMatch(i -> loop.input(i).equals(state))
        ? IntStream.range(first, states).findFirst()
        : OptionalInt.empty();
  }

  private static int count(Node loop, String what) {
    return Math.toIntExact(loop.intAttr(what));
  }

  private static List<Node> reshaped(Node node, Sized size) {
    List<Long> extents = new ArrayList<>(List.of(-1L));
    extents.addAll(size.others());
    Node shape = vector(node.name() + "/shape_of_batch", extents);
    return List.of(shape, Rewriting.withInputs(node, List.of(node.input(0), shape.output(0))));
  }

  private static List<Node> filled(Node node, Sized size, Batch batch) {
    String name = node.name() + "/batch";
    Node shape = made(name + "/shape", "Shape", List.of(batch.tensor()), Map.of());
    Node from = vector(name + "/from", List.of((long) batch.axis()));
    Node to = vector(name + "/to", List.of(batch.axis() + 1L));
    Node step = vector(name + "/step", List.of(1L));
    Map<String, Attr> masks = new HashMap<>();
    for (String mask : List.of("begin", "end", "ellipsis", "new_axis", "shrink_axis")) {
      masks.put(mask + "_mask", new Attr.Int(0));
    }
    Node extent =
        made(
            name,
            "StridedSlice",
            List.of(shape.output(0), from.output(0), to.output(0), step.output(0)),
            masks);
    Node others = vector(name + "/others", size.others());
    Node axis = Folding.constant(name + "/axis", TensorValue.ofLongs(DType.INT32, Shape.of(), 0));
    Node extents =
        made(
            name + "/extents",
            "ConcatV2",
            List.of(extent.output(0), others.output(0), axis.output(0)),
            Map.of());
    return List.of(
        shape,
        from,
        to,
        step,
        extent,
        others,
        axis,
        extents,
        Rewriting.withInputs(node, List.of(extents.output(0), node.input(1))));
  }

  private static Node vector(String name, List<Long> values) {
    return Folding.constant(
        name,
        TensorValue.ofLongs(
            DType.INT32,
            Shape.of(values.size()),
            values.stream().mapToLong(Long::longValue).toArray()));
  }

  private static Node made(String name, String op, List<Endpoint> inputs, Map<String, Attr> attrs) {
    return new Node(name, op, inputs, List.of(), attrs);
  }
}

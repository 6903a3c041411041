package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Rows of a variable that nothing else reads, which are an {@code nn.Embedding}. Keras 3 looks a
 * negative index up from the end; the node says so. All the rows in their order are the variable.
 */
final class EmbeddingLookup implements Pass {
  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    Set<String> others = readOtherwise(graph, nodes, setting);
    for (Node node : graph.nodes()) {
      Optional<Node> table =
          table(node, nodes).filter(t -> !others.contains(t.textAttr("variable")));
      table.ifPresent(t -> rewriting.replace(node, lookup(node, t, nodes)));
    }
    return rewriting.apply(graph);
  }

  /** The variable, where the node looks up its rows. */
  private static Optional<Node> table(Node node, Nodes nodes) {
    boolean isRows =
        node.op().equals("GatherV2")
            && nodes.constant(node.input(2)).filter(a -> a.longAt(0) == 0).isPresent();
    boolean isGather = isRows || node.op().equals("ResourceGather");
    if (!isGather || node.hasAttr("batch_dims") && node.intAttr("batch_dims") != 0) {
      return Optional.empty();
    }
    return nodes
        .maker(node.input(0), Set.of("Variable"))
        .filter(v -> v.typeAttr("dtype").isFloating())
        .filter(v -> nodes.weightShape(node.input(0)).filter(s -> s.rank() == 2).isPresent());
  }

  private static Set<String> readOtherwise(Graph graph, Nodes nodes, Setting setting) {
    Set<String> variables = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean isLookup = table(node, nodes).isPresent();
      for (int i = isLookup ? 1 : 0; i < node.inputs().size(); i++) {
        nodes
            .maker(node.input(i), Set.of("Variable"))
            .ifPresent(v -> variables.add(v.textAttr("variable")));
      }
      if (node.op().equals("Variable") && setting.isOutput(node)) {
        variables.add(node.textAttr("variable"));
      }
    }
    return variables;
  }

  private static Node lookup(Node gather, Node table, Nodes nodes) {
    Shape shape = nodes.weightShape(gather.input(0)).orElseThrow();
    Optional<Endpoint> wrapped = wrapped(gather.input(1), shape.dim(0), nodes);
    Endpoint indices = wrapped.orElse(gather.input(1));
    boolean isFromEnd = wrapped.isPresent() && !isPositive(indices, nodes);
    if (nodes.constant(indices).filter(i -> isAll(i, shape.dim(0))).isPresent()) {
      return Rewriting.passing(gather, gather.input(0));
    }
    return new Node(
        gather.name(),
        Node.FUSED + "Embedding",
        List.of(gather.input(0), indices),
        List.of(),
        Map.of(
            "from_end", new Attr.Bool(isFromEnd),
            "variable", new Attr.Text(table.textAttr("variable"))));
  }

  private static boolean isAll(TensorValue indices, long rows) {
    return indices.shape().rank() == 1
        && Arrays.equals(indices.longs(), LongStream.range(0, rows).toArray());
  }

  /** What is looked up by {@code where(i < 0, i + rows, i)}. */
  private static Optional<Endpoint> wrapped(Endpoint endpoint, long rows, Nodes nodes) {
    return nodes
        .maker(endpoint, Set.of("SelectV2"))
        .filter(
            s ->
                nodes
                    .maker(s.input(0), Set.of("Less"))
                    .filter(l -> l.input(0).equals(s.input(2)) && isNumber(l.input(1), 0, nodes))
                    .isPresent())
        .filter(
            s ->
                isPositive(s.input(2), nodes)
                    || nodes
                        .summands(s.input(1))
                        .anyMatch(
                            o -> o.one().equals(s.input(2)) && isNumber(o.other(), rows, nodes)))
        .map(s -> s.input(2));
  }

  /** Whether none of these known indices counts from the end. */
  private static boolean isPositive(Endpoint indices, Nodes nodes) {
    return nodes
        .constant(indices)
        .filter(i -> Arrays.stream(i.longs()).allMatch(each -> each >= 0))
        .isPresent();
  }

  private static boolean isNumber(Endpoint endpoint, long number, Nodes nodes) {
    return nodes
        .constant(endpoint)
        .filter(c -> c.shape().count() == 1 && c.longAt(0) == number)
        .isPresent();
  }
}

package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code x * sigmoid(x)}, which Keras calls swish; also with its factor of 1 before the x. */
final class Silu implements Pass {
  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (!node.op().equals("Mul")) {
        continue;
      }
      Nodes.operands(node).stream()
          .filter(o -> isSigmoidOf(o.other(), o.one(), nodes))
          .findFirst()
          .ifPresent(o -> rewriting.replace(node, silu(node, o.one())));
    }
    return rewriting.apply(graph);
  }

  private static boolean isSigmoidOf(Endpoint endpoint, Endpoint x, Nodes nodes) {
    return nodes
        .maker(endpoint, Set.of("Sigmoid"))
        .map(s -> s.input(0))
        .filter(argument -> argument.equals(x) || isOnce(argument, x, nodes))
        .isPresent();
  }

  private static boolean isOnce(Endpoint product, Endpoint x, Nodes nodes) {
    return nodes
        .factors(product)
        .anyMatch(
            o -> o.one().equals(x) && nodes.scalar(o.other()).filter(s -> s == 1.0).isPresent());
  }

  private static Node silu(Node last, Endpoint x) {
    Map<String, Attr> attrs =
        last.hasAttr("T") ? Map.of("T", last.attrs().get("T")) : Map.<String, Attr>of();
    return new Node(last.name(), Node.FUSED + "Silu", List.of(x), List.of(), attrs);
  }
}

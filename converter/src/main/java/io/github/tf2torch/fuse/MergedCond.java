package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes an {@code If} of every {@code Merge} whose inputs come from the two sides of one
 * predicate's {@code Switch}es, which is how TF1 wrote {@code tf.cond}. What lies between becomes
 * the bodies of two functions.
 */
final class MergedCond implements Pass {
  private static final Set<String> MERGES = Set.of("Merge", "RefMerge");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Map<String, Node> nodes = new LinkedHashMap<>(graph.byName());
    Map<String, Graph.Function> functions = new HashMap<>(graph.functions());
    // in the order of the graph, so that a choice within a branch is an If when its branch is cut
    for (Node node : graph.nodes()) {
      if (MERGES.contains(node.op()) && node.inputs().size() == 2) {
        List<SwitchedSide> sides =
            node.inputs().stream()
                .flatMap(i -> SwitchedSide.of(i, nodes, graph.nodes()).stream())
                .toList();
        if (sides.size() == 2 && areTwoSides(sides.get(0), sides.get(1))) {
          boolean firstIsTrue = sides.get(0).isTrue();
          SwitchedSide then = sides.get(firstIsTrue ? 0 : 1);
          SwitchedSide otherwise = sides.get(firstIsTrue ? 1 : 0);
          nodes.put(node.name(), choice(node, then, otherwise, functions));
        }
      }
    }
    return new Graph(List.copyOf(nodes.values()), functions);
  }

  private static boolean areTwoSides(SwitchedSide one, SwitchedSide other) {
    return one.predicate().equals(other.predicate()) && one.isTrue() != other.isTrue();
  }

  private static Node choice(
      Node merge,
      SwitchedSide then,
      SwitchedSide otherwise,
      Map<String, Graph.Function> functions) {
    List<Endpoint> arguments = new ArrayList<>(then.arguments());
    otherwise.arguments().stream().filter(a -> !arguments.contains(a)).forEach(arguments::add);
    Map<String, Attr> attrs = new HashMap<>(merge.attrs());
    Map.of("then_branch", then, "else_branch", otherwise)
        .forEach(
            (attr, side) -> {
              String name = merge.name() + "/" + attr;
              functions.put(name, side.function(name, arguments));
              attrs.put(attr, new Attr.Function(name));
            });
    List<Endpoint> inputs = new ArrayList<>(List.of(then.predicate()));
    inputs.addAll(arguments);
    return new Node(merge.name(), "If", inputs, List.of(), attrs);
  }

  /** The tensor behind operations that give on what they are given. */
  static Endpoint origin(Endpoint endpoint, Map<String, Node> nodes) {
    Endpoint at = endpoint;
    Optional<Node> maker = Optional.ofNullable(nodes.get(at.node()));
    while (maker.filter(n -> n.op().equals("Identity")).isPresent()) {
      at = maker.get().input(0);
      maker = Optional.ofNullable(nodes.get(at.node()));
    }
    return at;
  }
}

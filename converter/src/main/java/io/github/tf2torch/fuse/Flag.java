package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import java.util.Optional;
import java.util.Set;

/** A truth value that comes from a placeholder, as it is or turned round. */
final class Flag {
  private static final int STEPS = 16;

  private Flag() {}

  /** Whether a placeholder says it, and nothing else. */
  static boolean isFed(Endpoint endpoint, Nodes nodes) {
    return nodes
        .maker(source(endpoint, nodes))
        .filter(n -> Set.of("Placeholder", "PlaceholderWithDefault").contains(n.op()))
        .isPresent();
  }

  private static Endpoint source(Endpoint endpoint, Nodes nodes) {
    Endpoint at = endpoint;
    Optional<Node> maker = nodes.maker(at);
    while (maker.filter(n -> Set.of("Identity", "LogicalNot").contains(n.op())).isPresent()) {
      at = maker.get().input(0);
      maker = nodes.maker(at);
    }
    return at;
  }

  /** What it is where nobody feeds it. */
  static Optional<Boolean> atInference(Endpoint endpoint, Nodes nodes) {
    return atInference(endpoint, nodes, STEPS);
  }

  private static Optional<Boolean> atInference(Endpoint endpoint, Nodes nodes, int steps) {
    return nodes
        .maker(endpoint)
        .filter(n -> steps > 0)
        .flatMap(
            n ->
                switch (n.op()) {
                  case "Identity", "PlaceholderWithDefault" ->
                      atInference(n.input(0), nodes, steps - 1);
                  case "LogicalNot" -> atInference(n.input(0), nodes, steps - 1).map(v -> !v);
                  case "Const" ->
                      n.attrs().get("value") instanceof Attr.Tensor t
                              && t.value().shape().count() == 1
                              && !t.value().dtype().isFloating()
                          ? Optional.of(t.value().longAt(0) != 0)
                          : Optional.empty();
                  default -> Optional.empty();
                });
  }
}

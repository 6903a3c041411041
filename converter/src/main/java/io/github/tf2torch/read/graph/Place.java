package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A tensor of a graph, or of a branch of its conds as one {@code If} enters it. */
record Place(Frame frame, Endpoint endpoint) {
  static final Set<String> IFS = Set.of("If", "StatelessIf");
  private static final Set<String> PASSES =
      Set.of(
          "Identity",
          "ReadVariableOp",
          "RefIdentity",
          "Snapshot",
          "StopGradient",
          "Cast",
          "Switch",
          "RefSwitch");

  /** What is nested deeper, or passed on more often, is left as it is. */
  static final int DEEPEST = 64;

  /**
   * A graph, or a branch with what its arguments are outside. One is equal to itself alone.
   *
   * @param functions that the nodes of all frames call
   */
  record Frame(
      Map<String, Node> nodes,
      Map<String, Place> arguments,
      Map<String, Graph.Function> functions) {
    static Frame of(Graph graph) {
      return new Frame(graph.byName(), Map.of(), graph.functions());
    }

    /** Both branches of an {@code If}, as far as the graph has them. */
    Stream<Entered> branches(Node node) {
      return Stream.of("then_branch", "else_branch").flatMap(attr -> branch(node, attr).stream());
    }

    private Optional<Entered> branch(Node node, String attr) {
      return Optional.ofNullable(node.attrs().get(attr))
          .filter(Attr.Function.class::isInstance)
          .map(a -> functions.get(((Attr.Function) a).name()))
          .map(function -> entered(function, node));
    }

    private Entered entered(Graph.Function function, Node node) {
      Map<String, Place> outside = new HashMap<>();
      for (int i = 0; i < function.arguments().size() && i + 1 < node.inputs().size(); i++) {
        outside.put(function.arguments().get(i), new Place(this, node.input(i + 1)));
      }
      Frame frame = new Frame(function.body().byName(), outside, functions);
      return new Entered(
          frame, function.results().stream().map(result -> new Place(frame, result)).toList());
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** A branch as one node enters it, and what it gives there. */
  record Entered(Frame frame, List<Place> results) {}

  Optional<Node> maker() {
    return Optional.ofNullable(frame.nodes().get(endpoint.node()));
  }

  /** Of a node of the same frame. */
  Place input(Node node, int index) {
    return new Place(frame, node.input(index));
  }

  /** Behind what gives on what it is given, and outside of branches. */
  Place origin() {
    Place at = this;
    for (int i = 0; i < DEEPEST; i++) {
      Place outside = at.frame().arguments().get(at.endpoint().node());
      Place here = at;
      Place next =
          outside != null
              ? outside
              : at.maker()
                  .filter(n -> PASSES.contains(n.op()) && !n.inputs().isEmpty())
                  .map(n -> here.input(n, 0))
                  .orElse(at);
      if (next.equals(at)) {
        return at;
      }
      at = next;
    }
    return at;
  }
}

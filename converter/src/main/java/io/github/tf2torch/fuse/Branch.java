package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.Optional;
import java.util.Set;

/** One branch of a choice: a function, and what its arguments are outside. */
record Branch(Graph.Function function, Node choice, Nodes nodes) {
  private static final Set<String> PASSED_ON = Set.of("Identity", "StopGradient", "Snapshot");

  static Optional<Branch> of(String attr, Node choice, Graph graph, Setting setting) {
    return Optional.ofNullable(graph.functions().get(choice.functionAttr(attr)))
        .filter(f -> f.results().size() > 0)
        .map(f -> new Branch(f, choice, new Nodes(f.body(), setting)));
  }

  /** What the choice's first output is in this branch. */
  Endpoint result() {
    return origin(function.results().get(0));
  }

  Optional<Node> resultMaker() {
    return nodes.maker(result());
  }

  /** Behind operations that give on what they are given. */
  Endpoint origin(Endpoint endpoint) {
    Endpoint at = endpoint;
    Optional<Node> passing = nodes.maker(at, PASSED_ON);
    while (passing.isPresent()) {
      at = passing.get().input(0);
      passing = nodes.maker(at, PASSED_ON);
    }
    return at;
  }

  /** What an argument is outside; empty for what the branch computes. */
  Optional<Endpoint> outside(Endpoint inner) {
    int index = function.arguments().indexOf(origin(inner).node());
    return index < 0 ? Optional.empty() : Optional.of(choice.input(index + 1));
  }

  /** The handle outside, if this is the value of a variable that the branch reads. */
  Optional<Endpoint> handle(Endpoint inner) {
    return nodes
        .maker(origin(inner), Set.of("ReadVariableOp"))
        .flatMap(read -> outside(read.input(0)));
  }

  /** What stands for a value in both branches: the argument, or the variable read from one. */
  Optional<Endpoint> identity(Endpoint inner) {
    Optional<Endpoint> argument = outside(inner);
    return argument.isPresent() ? argument : handle(inner);
  }
}

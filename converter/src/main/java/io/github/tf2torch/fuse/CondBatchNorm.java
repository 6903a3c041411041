package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Batch normalization by the batch in one branch and by stored statistics in the other. What is
 * left is the second with the momentum that the first updates the statistics by.
 */
final class CondBatchNorm {
  private CondBatchNorm() {}

  static Optional<List<Node>> match(
      Node choice, Branch training, Branch inference, Nodes nodes, Setting setting) {
    Optional<Node> byBatch = norm(training, true);
    Optional<Node> stored = norm(inference, false);
    if (byBatch.isEmpty()
        || stored.isEmpty()
        || !isSameKind(byBatch.get(), stored.get())
        || !agree(0, training, byBatch.get(), inference, stored.get())
        || !agree(1, training, byBatch.get(), inference, stored.get())
        || !agree(2, training, byBatch.get(), inference, stored.get())) {
      return Optional.empty();
    }
    List<Node> made = new ArrayList<>();
    List<Endpoint> inputs = new ArrayList<>();
    for (Endpoint inner : stored.get().inputs()) {
      Optional<Endpoint> outer = outer(inner, inference, nodes, setting, made);
      if (outer.isEmpty()) {
        return Optional.empty();
      }
      inputs.add(outer.get());
    }
    Map<String, Attr> attrs = stored.get().attrs();
    Optional<Double> momentum =
        inference.identity(stored.get().input(3)).flatMap(mean -> momentum(training, mean));
    if (momentum.isPresent()) {
      attrs = Rewriting.with(attrs, "momentum", new Attr.Float(momentum.get().floatValue()));
    }
    made.add(new Node(choice.name(), stored.get().op(), inputs, List.of(), attrs));
    return Optional.of(made);
  }

  private static Optional<Node> norm(Branch branch, boolean isTraining) {
    return branch
        .resultMaker()
        .filter(n -> FusedBatchNorm.OPS.contains(n.op()))
        .filter(n -> n.boolAttr("is_training") == isTraining)
        .filter(n -> branch.result().index() == 0);
  }

  private static boolean isSameKind(Node byBatch, Node stored) {
    return byBatch.floatAttr("epsilon") == stored.floatAttr("epsilon")
        && byBatch.textAttr("data_format").equals(stored.textAttr("data_format"));
  }

  /** Whether an input is the same in both branches; constants are compared by their value. */
  private static boolean agree(int input, Branch a, Node normA, Branch b, Node normB) {
    Optional<Endpoint> one = a.identity(normA.input(input));
    Optional<Endpoint> other = b.identity(normB.input(input));
    if (one.isPresent() || other.isPresent()) {
      return one.equals(other);
    }
    return a.nodes()
        .constant(a.origin(normA.input(input)))
        .filter(v -> b.nodes().constant(b.origin(normB.input(input))).filter(v::equals).isPresent())
        .isPresent();
  }

  /** The value outside the branch; a read or a constant of the branch is added to {@code made}. */
  private static Optional<Endpoint> outer(
      Endpoint inner, Branch branch, Nodes nodes, Setting setting, List<Node> made) {
    Optional<Endpoint> argument = branch.outside(inner);
    if (argument.isPresent()) {
      return argument;
    }
    Endpoint origin = branch.origin(inner);
    String name = branch.choice().name() + "/" + origin.node();
    Optional<Variable> variable =
        branch.handle(inner).flatMap(h -> VariableReads.variable(h, nodes, setting));
    Optional<Node> node =
        variable.isPresent()
            ? variable.map(v -> Setting.read(name, v))
            : branch
                .nodes()
                .maker(origin, Set.of("Const"))
                .map(c -> new Node(name, "Const", List.of(), List.of(), c.attrs()));
    node.filter(n -> made.stream().noneMatch(m -> m.name().equals(name))).ifPresent(made::add);
    return node.map(n -> n.output(0));
  }

  /**
   * The m of {@code mean.assign(mean * m + batch * (1 - m))}, or of {@code mean.assign_sub((mean -
   * batch) * (1 - m))}.
   */
  private static Optional<Double> momentum(Branch training, Endpoint mean) {
    return training.function().body().nodes().stream()
        .filter(n -> n.op().startsWith("Assign") && n.inputs().size() > 1)
        .filter(n -> training.outside(n.input(0)).filter(mean::equals).isPresent())
        .flatMap(n -> n.op().contains("Sub") ? ofDifference(n, training) : ofSum(n, training, mean))
        .findFirst();
  }

  private static Stream<Double> ofSum(Node assign, Branch training, Endpoint mean) {
    Nodes nodes = training.nodes();
    return nodes.maker(training.origin(assign.input(1)), Nodes.ADD).stream()
        .flatMap(add -> add.inputs().stream())
        .flatMap(i -> nodes.factors(i))
        .filter(o -> training.identity(o.one()).filter(mean::equals).isPresent())
        .flatMap(o -> nodes.scalar(o.other()).stream());
  }

  private static Stream<Double> ofDifference(Node assign, Branch training) {
    Nodes nodes = training.nodes();
    return nodes
        .factors(training.origin(assign.input(1)))
        .flatMap(o -> nodes.scalar(o.other()).stream())
        .map(rate -> (double) (1 - rate.floatValue()));
  }
}

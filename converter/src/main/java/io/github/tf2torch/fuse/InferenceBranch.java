package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes of a choice by a flag the branch that the flag's default chooses, where no layer of PyTorch
 * makes the same choice. Unless both branches come to the same, or what is chosen is an average
 * that is known to follow the batch, the node that is left says so.
 */
final class InferenceBranch implements Pass {
  private static final Set<String> CHOICES = Set.of("If", "StatelessIf");

  /** How deep choices lie in choices. */
  private static final int DEEPEST = 16;

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Graph at = graph;
    for (int i = 0; i < DEEPEST; i++) {
      Nodes nodes = new Nodes(at, setting);
      Rewriting rewriting = new Rewriting();
      boolean isChanged = false;
      for (Node node : at.nodes()) {
        isChanged |= CHOICES.contains(node.op()) && take(node, at, nodes, setting, rewriting);
      }
      if (!isChanged) {
        return at;
      }
      at = rewriting.apply(at);
    }
    return at;
  }

  private static boolean take(
      Node choice, Graph graph, Nodes nodes, Setting setting, Rewriting rewriting) {
    Optional<Boolean> flag = Flag.atInference(choice.input(0), nodes);
    Optional<Branch> then = Branch.of("then_branch", choice, graph, setting);
    Optional<Branch> otherwise = Branch.of("else_branch", choice, graph, setting);
    if (flag.isEmpty() || then.isEmpty() || otherwise.isEmpty()) {
      return false;
    }
    Branch taken = flag.get() ? then.get() : otherwise.get();
    Branch left = flag.get() ? otherwise.get() : then.get();
    List<Node> made = new ArrayList<>(inside(taken, nodes, setting));
    List<Endpoint> results = taken.function().results();
    // the first result last, since the last node is to bear the choice's name
    for (int i = results.size() - 1; i >= 0; i--) {
      String name = i == 0 ? choice.name() : prefix(taken) + i;
      made.add(result(i, name, taken, left, nodes, setting));
      if (i > 0) {
        rewriting.redirect(choice.output(i), new Endpoint(name, 0));
      }
    }
    rewriting.replace(choice, made);
    return true;
  }

  private static Node result(
      int index, String name, Branch taken, Branch left, Nodes nodes, Setting setting) {
    Endpoint inner = taken.function().results().get(index);
    Optional<Endpoint> identity = taken.identity(inner);
    boolean isSame =
        identity.isPresent()
            && index < left.function().results().size()
            && identity.equals(left.identity(left.function().results().get(index)));
    boolean isAverage =
        identity
            .flatMap(i -> variable(i, nodes, setting))
            .filter(setting.updates()::containsKey)
            .isPresent();
    Endpoint outer = taken.outside(inner).orElseGet(() -> renamed(inner, taken));
    return new Node(
        name,
        isSame || isAverage ? "Identity" : Node.FUSED + "AtInference",
        List.of(outer),
        List.of(),
        Map.of("choice", new Attr.Text(taken.choice().name())));
  }

  private static Optional<String> variable(Endpoint endpoint, Nodes nodes, Setting setting) {
    return nodes
        .maker(endpoint, Set.of("Variable"))
        .map(n -> n.textAttr("variable"))
        .or(() -> VariableReads.variable(endpoint, nodes, setting).map(v -> v.name()));
  }

  /** The branch's nodes under names of their own: another choice may hold the same ones. */
  private static List<Node> inside(Branch branch, Nodes nodes, Setting setting) {
    Set<String> arguments = new HashSet<>(branch.function().arguments());
    Set<String> names = new HashSet<>();
    branch.function().body().nodes().forEach(n -> names.add(n.name()));
    List<Node> inside = new ArrayList<>();
    for (Node node : branch.function().body().nodes()) {
      if (!arguments.contains(node.name())) {
        inside.add(
            read(node, branch, nodes, setting).orElseGet(() -> outside(node, branch, names)));
      }
    }
    return inside;
  }

  /** A variable's value, where nothing in the branch comes before the read. */
  private static Optional<Node> read(Node node, Branch branch, Nodes nodes, Setting setting) {
    return node.op().equals("ReadVariableOp") && node.controlInputs().isEmpty()
        ? branch
            .handle(node.output(0))
            .flatMap(h -> VariableReads.variable(h, nodes, setting))
            .map(v -> Setting.read(prefix(branch) + node.name(), v))
        : Optional.empty();
  }

  private static Node outside(Node node, Branch branch, Set<String> names) {
    return new Node(
        prefix(branch) + node.name(),
        node.op(),
        node.inputs().stream().map(i -> outer(i, branch, names)).toList(),
        node.controlInputs().stream().map(c -> names.contains(c) ? prefix(branch) + c : c).toList(),
        node.attrs());
  }

  private static Endpoint outer(Endpoint inner, Branch branch, Set<String> names) {
    int argument = branch.function().arguments().indexOf(inner.node());
    if (argument >= 0) {
      return branch.choice().input(argument + 1);
    }
    return names.contains(inner.node()) ? renamed(inner, branch) : inner;
  }

  private static Endpoint renamed(Endpoint inner, Branch branch) {
    return new Endpoint(prefix(branch) + inner.node(), inner.index());
  }

  private static String prefix(Branch branch) {
    return branch.choice().name() + "/at_inference/";
  }
}

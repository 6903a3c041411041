package io.github.tf2torch.read.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which nodes a control input must wait for: those that change state, themselves or through what
 * runs before them, and those that run only in a branch or loop of TF1. Assertions, prints and
 * waits for reads do not matter to a result.
 */
final class Effects {
  private static final Pattern WRITES =
      Pattern.compile(
          "Assign.*|(Resource)?(Sparse)?Apply.*|Resource(Nd)?Scatter.*|(Resource)?StridedSliceAssign"
              + "|Scatter(Update|Add|Sub|Mul|Div|Min|Max|NdUpdate|NdAdd|NdSub)"
              + "|(LookupTable|Stack|Queue|Barrier|TensorArray).*(Insert|Import|Remove|Push|Enqueue|Write|Scatter).*");

  private static final Pattern SEES_STATE =
      Pattern.compile(
          "Read.*|Resource.*|If|While|Case|Identity|Switch|.*Random.*|.*(Uniform|Normal|Multinomial)(V2)?"
              + "|LookupTable.*|TensorArray.*|Stack.*|Queue.*");

  private static final Set<String> SWITCHES = Set.of("Switch", "RefSwitch");
  private static final Set<String> MERGES = Set.of("Merge", "RefMerge");
  private static final Set<String> ENTERS = Set.of("Enter", "RefEnter");
  private static final Set<String> EXITS = Set.of("Exit", "RefExit");

  private final Map<String, FlatGraph.Branch> branches;

  Effects(Map<String, FlatGraph.Branch> branches) {
    this.branches = branches;
  }

  static boolean writes(String op) {
    return WRITES.matcher(op).matches();
  }

  /** Whether it makes a difference to a node of this op what ran before. */
  static boolean seesState(String op) {
    return writes(op) || SEES_STATE.matcher(op).matches();
  }

  /** The names of those nodes, which must come in an order of use. */
  Set<String> worthWaitingFor(List<FlatNode> ordered) {
    Set<String> changed = new HashSet<>();
    Set<String> inBranch = new HashSet<>();
    Set<String> inLoop = new HashSet<>();
    for (FlatNode node : ordered) {
      if (changes(node) || follows(node, changed)) {
        changed.add(node.name());
      }
      if (SWITCHES.contains(node.op())
          || (!MERGES.contains(node.op()) && follows(node, inBranch))) {
        inBranch.add(node.name());
      }
      if (ENTERS.contains(node.op()) || (!EXITS.contains(node.op()) && follows(node, inLoop))) {
        inLoop.add(node.name());
      }
    }
    changed.addAll(inBranch);
    changed.addAll(inLoop);
    return changed;
  }

  private static boolean follows(FlatNode node, Set<String> names) {
    return node.inputs().stream().anyMatch(i -> names.contains(i.node()))
        || node.controls().stream().anyMatch(names::contains);
  }

  boolean changes(FlatNode node) {
    return writes(node.op()) || branchesOf(node).stream().anyMatch(this::changes);
  }

  private boolean changes(FlatGraph.Branch branch) {
    return branch.nodes().stream().anyMatch(this::changes);
  }

  private List<FlatGraph.Branch> branchesOf(FlatNode node) {
    return Branches.of(node).stream().filter(branches::containsKey).map(branches::get).toList();
  }
}

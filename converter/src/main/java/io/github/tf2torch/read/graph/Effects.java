package io.github.tf2torch.read.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which nodes change state, themselves or through what runs before them. Control inputs matter only
 * where they order such a change; assertions, prints and waits for reads do not.
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

  /** The names of those nodes, which must come in an order of use, that wait for a change. */
  Set<String> of(List<FlatNode> ordered) {
    Set<String> changed = new HashSet<>();
    for (FlatNode node : ordered) {
      if (changes(node)
          || node.inputs().stream().anyMatch(i -> changed.contains(i.node()))
          || node.controls().stream().anyMatch(changed::contains)) {
        changed.add(node.name());
      }
    }
    return changed;
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

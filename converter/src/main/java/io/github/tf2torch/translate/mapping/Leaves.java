package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.Identifiers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The variables of one scope by the last segment of their names. Each is taken once: the next
 * convention sees what is left.
 */
final class Leaves {
  private final List<String> scope;
  private final Map<String, Variable> left = new LinkedHashMap<>();
  private String className = "";

  private Leaves(List<String> scope) {
    this.scope = scope;
  }

  /**
   * Every scope, in the order of its first variable.
   *
   * @param classes of the layers, by variable, where the source knows them
   */
  static List<Leaves> of(List<Variable> variables, Map<String, String> classes) {
    Map<List<String>, Leaves> scopes = new LinkedHashMap<>();
    for (Variable variable : variables) {
      List<String> segments = new ArrayList<>(Identifiers.segments(variable.name()));
      String leaf = segments.isEmpty() ? "tensor" : segments.remove(segments.size() - 1);
      Leaves leaves = scopes.computeIfAbsent(List.copyOf(segments), Leaves::new);
      while (leaves.left.containsKey(leaf)) {
        leaf += "_";
      }
      leaves.left.put(leaf, variable);
      leaves.className = classes.getOrDefault(variable.name(), leaves.className);
    }
    return List.copyOf(scopes.values());
  }

  List<String> scope() {
    return scope;
  }

  /** The last segment of the scope; empty at the root. */
  String layer() {
    return scope.isEmpty() ? "" : scope.get(scope.size() - 1);
  }

  /** Keras's class of the layer; empty where it is not known. */
  String className() {
    return className;
  }

  /** Whether the class is known and has this in its name. */
  boolean isOf(String part) {
    return className.contains(part);
  }

  List<String> names() {
    return List.copyOf(left.keySet());
  }

  boolean has(String leaf) {
    return left.containsKey(leaf);
  }

  /** The shape's rank of a leaf that is there. */
  int rank(String leaf) {
    return stored(leaf).shape().rank();
  }

  /** A leaf that is there, left where it is. */
  TensorExpr stored(String leaf) {
    Variable variable = left.get(leaf);
    if (variable == null) {
      throw new IllegalArgumentException(leaf + " is not in " + scope);
    }
    return new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape());
  }

  TensorExpr take(String leaf) {
    TensorExpr stored = stored(leaf);
    left.remove(leaf);
    return stored;
  }

  /** The first of these names that is there, without taking it. */
  Optional<String> find(Set<String> leaves) {
    return left.keySet().stream().filter(leaves::contains).findFirst();
  }

  Variable variable(String leaf) {
    stored(leaf);
    return left.get(leaf);
  }
}

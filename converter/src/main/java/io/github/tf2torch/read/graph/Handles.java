package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.bundle.VariableList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the variable of each node that holds one and of each argument of a branch that stands for
 * one.
 */
final class Handles {
  private static final Set<String> HOLDERS =
      Set.of("VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable");
  private static final Set<String> PASSES =
      Set.of("Identity", "Switch", "Enter", "RefSwitch", "RefEnter", "RefIdentity");

  private final Map<String, FlatGraph.Branch> branches;
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<String> lost = new ArrayList<>();

  private Handles(Map<String, FlatGraph.Branch> branches) {
    this.branches = branches;
  }

  /**
   * Node → name of its variable.
   *
   * @param keys node → checkpoint key, where the file says so; elsewhere names decide
   */
  static Map<String, String> of(FlatGraph graph, Map<String, String> keys, VariableList stored) {
    Handles handles = new Handles(graph.branches());
    for (FlatNode node : graph.nodes()) {
      if (HOLDERS.contains(node.op())) {
        Optional<String> name = name(node.def(), keys, stored);
        name.ifPresentOrElse(
            n -> handles.variables.put(node.name(), n), () -> handles.lost.add(node.name()));
      }
    }
    if (!handles.lost.isEmpty()) {
      throw new DamagedFile(
          "the graph reads variables that its checkpoint does not hold: "
              + String.join(", ", handles.lost)
              + "; the checkpoint is missing or belongs to another model");
    }
    handles.pass(graph.nodes(), Map.of());
    return handles.variables;
  }

  /** The nodes that hold variables. */
  static List<String> nodes(FlatGraph graph) {
    return graph.nodes().stream()
        .filter(n -> HOLDERS.contains(n.op()))
        .map(FlatNode::name)
        .toList();
  }

  /** The name of the variable that a node holds; empty where the checkpoint has none for it. */
  static Optional<String> name(NodeDef node, Map<String, String> keys, VariableList stored) {
    String shared =
        node.getAttrOrDefault("shared_name", AttrValue.getDefaultInstance()).getS().toStringUtf8();
    return Optional.ofNullable(keys.get(node.getName()))
        .or(() -> Optional.of(shared).filter(s -> stored.byKey(s).isPresent()))
        .or(() -> Optional.of(node.getName()))
        .flatMap(stored::byKey)
        .map(v -> v.name());
  }

  /** Each node of a graph that holds a variable → the variable; those without one are left out. */
  static Map<String, Variable> holders(
      GraphDef graph, Map<String, String> keys, VariableList stored) {
    Map<String, Variable> byName = new HashMap<>();
    stored.all().forEach(v -> byName.put(v.name(), v));
    Map<String, Variable> holders = new LinkedHashMap<>();
    for (NodeDef node : graph.getNodeList()) {
      if (HOLDERS.contains(node.getOp())) {
        name(node, keys, stored).ifPresent(n -> holders.put(node.getName(), byName.get(n)));
      }
    }
    return holders;
  }

  private void pass(List<FlatNode> nodes, Map<String, String> arguments) {
    Map<String, String> here = new LinkedHashMap<>(arguments);
    for (FlatNode node : nodes) {
      if (HOLDERS.contains(node.op())) {
        here.put(node.name(), variables.getOrDefault(node.name(), ""));
      } else if (passesHandle(node)) {
        String variable = here.get(node.inputs().get(0).node());
        if (variable != null) {
          here.put(node.name(), variable);
        }
      }
      for (String branch : Branches.of(node)) {
        if (branches.containsKey(branch)) {
          enter(branches.get(branch), Branches.arguments(node), here);
        }
      }
    }
  }

  private static boolean passesHandle(FlatNode node) {
    return PASSES.contains(node.op())
        && !node.inputs().isEmpty()
        && (node.op().startsWith("Ref") || node.attr("T").getType() == DataType.DT_RESOURCE);
  }

  private void enter(FlatGraph.Branch branch, List<Endpoint> values, Map<String, String> here) {
    Map<String, String> arguments = new LinkedHashMap<>();
    List<String> names = branch.arguments();
    for (int i = 0; i < names.size() && i < values.size(); i++) {
      String variable = here.get(values.get(i).node());
      if (variable != null) {
        arguments.put(names.get(i), variable);
        variables.put(NodeReader.argument(branch.name(), names.get(i)), variable);
      }
    }
    pass(branch.nodes(), arguments);
  }
}

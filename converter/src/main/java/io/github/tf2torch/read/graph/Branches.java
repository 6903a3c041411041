package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NameAttrList;

/** The branches of control flow nodes, and what they are given. */
final class Branches {
  private Branches() {}

  /** The functions that a node names, by the order of its attributes' names. */
  static List<String> of(FlatNode node) {
    List<String> names = new ArrayList<>();
    for (AttrValue value : new TreeMap<>(node.def().getAttrMap()).values()) {
      if (value.hasFunc()) {
        names.add(value.getFunc().getName());
      } else if (value.hasList()) {
        value.getList().getFuncList().stream().map(NameAttrList::getName).forEach(names::add);
      }
    }
    return names;
  }

  /** The values that a node hands to its branches: all but the choice. */
  static List<Endpoint> arguments(FlatNode node) {
    return arguments(node.op(), node.inputs());
  }

  static List<Endpoint> arguments(String op, List<Endpoint> inputs) {
    return switch (op) {
      case "While", "StatelessWhile" -> inputs;
      case "If", "StatelessIf", "Case", "StatelessCase" ->
          inputs.subList(Math.min(1, inputs.size()), inputs.size());
      default -> List.of();
    };
  }
}

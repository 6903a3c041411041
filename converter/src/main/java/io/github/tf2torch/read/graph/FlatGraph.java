package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.OpDef;

/**
 * A graph without calls.
 *
 * @param branches what control flow chooses between or repeats, each for one node alone
 * @param library functions that other nodes name (a data set's map function), as stored
 */
record FlatGraph(
    List<FlatNode> nodes, Map<String, Branch> branches, Map<String, FunctionDef> library) {
  FlatGraph {
    nodes = List.copyOf(nodes);
  }

  Map<String, FlatNode> byName() {
    return index(nodes);
  }

  static Map<String, FlatNode> index(List<FlatNode> nodes) {
    Map<String, FlatNode> index = new LinkedHashMap<>();
    nodes.forEach(n -> index.put(n.name(), n));
    return index;
  }

  /**
   * A function body without calls.
   *
   * @param signature arguments and results with their types; carries the branch's name
   * @param controls nodes that must run even where no result needs them
   */
  record Branch(
      OpDef signature, List<FlatNode> nodes, List<Endpoint> results, List<String> controls) {
    Branch {
      nodes = List.copyOf(nodes);
      results = List.copyOf(results);
      controls = List.copyOf(controls);
    }

    String name() {
      return signature.getName();
    }

    List<String> arguments() {
      return signature.getInputArgList().stream().map(OpDef.ArgDef::getName).toList();
    }
  }
}

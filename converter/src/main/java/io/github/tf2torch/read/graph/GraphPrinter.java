package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/** Writes a flat graph as TensorFlow reads it. */
final class GraphPrinter {
  private final OpTable ops;

  GraphPrinter(OpTable ops) {
    this.ops = ops;
  }

  /**
   * What a node stands beside may have another name by now, or be gone; on one device it says
   * nothing.
   */
  private static NodeDef.Builder anywhere(FlatNode node) {
    return node.def().toBuilder().removeAttr("_class");
  }

  GraphDef print(FlatGraph graph, VersionDef versions) {
    GraphDef.Builder out = GraphDef.newBuilder().setVersions(versions);
    for (FlatNode node : graph.nodes()) {
      NodeDef.Builder def = anywhere(node);
      node.inputs().forEach(i -> def.addInput(i.index() == 0 ? i.node() : i.toString()));
      node.controls().forEach(c -> def.addInput("^" + c));
      out.addNode(def);
    }
    new TreeMap<>(graph.branches())
        .values()
        .forEach(b -> out.getLibraryBuilder().addFunction(print(b)));
    graph.library().values().forEach(f -> out.getLibraryBuilder().addFunction(f));
    return out.build();
  }

  private FunctionDef print(FlatGraph.Branch branch) {
    FunctionDef.Builder out = FunctionDef.newBuilder().setSignature(branch.signature());
    Map<String, FlatNode> byName = FlatGraph.index(branch.nodes());
    for (FlatNode node : branch.nodes()) {
      NodeDef.Builder def = anywhere(node);
      node.inputs().forEach(i -> def.addInput(inFunction(i, byName)));
      node.controls().forEach(c -> def.addInput("^" + c));
      out.addNodeDef(def);
    }
    List<Endpoint> results = branch.results();
    for (int i = 0; i < results.size(); i++) {
      out.putRet(branch.signature().getOutputArg(i).getName(), inFunction(results.get(i), byName));
    }
    for (String control : branch.controls()) {
      out.putControlRet(control, control);
      out.getSignatureBuilder().addControlOutput(control);
    }
    if (!branch.controls().isEmpty()) {
      out.getSignatureBuilder().setIsStateful(true);
    }
    return out.build();
  }

  private String inFunction(Endpoint endpoint, Map<String, FlatNode> byName) {
    FlatNode node = byName.get(endpoint.node());
    return node == null
        ? endpoint.node()
        : node.name() + ":" + ops.outputArg(node.def(), endpoint.index());
  }
}

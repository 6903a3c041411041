package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes a {@code fused.Loop} of every {@code While} that counts its steps, reads its sequences at
 * the step that it is in and writes what it answers there, as every recurrent layer does. Of any
 * other, notes what in it is not understood.
 */
final class CountedLoop implements Pass {
  /** The op of the node: see {@link LoopNode}. */
  static final String OP = Node.FUSED + "Loop";

  private static final Set<String> LOOPS = Set.of("While", "StatelessWhile");

  /** A loop that is none of these. */
  static final class NotCounted extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotCounted(String what) {
      super(what);
    }
  }

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    Map<String, Graph.Function> functions = new HashMap<>(graph.functions());
    for (Node node : graph.nodes()) {
      if (!LOOPS.contains(node.op())) {
        continue;
      }
      try {
        LoopNode.of(new LoopReading(node, graph, nodes, setting), rewriting, functions);
      } catch (NotCounted e) {
        rewriting.replace(
            node,
            new Node(
                node.name(),
                node.op(),
                node.inputs(),
                node.controlInputs(),
                Rewriting.with(node.attrs(), Fusion.WHY_NO_LOOP, new Attr.Text(e.getMessage()))));
      }
    }
    return new Graph(rewriting.apply(graph).nodes(), functions);
  }
}

package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A dropout in a graph that trains: {@code select(random >= rate, x * scale, 0)}, {@code x * scale
 * * cast(random >= rate)} or {@code x / keep * floor(keep + random)}.
 *
 * @param drawn what its random operation gives
 * @param seed the operation's first seed attribute; both are 0 where it draws other numbers each
 *     time
 * @param seed2 its second
 */
public record DropoutOp(Endpoint drawn, long seed, long seed2) {
  private static final Set<String> STATEFUL = Set.of("RandomUniform");

  /**
   * The one that ends at {@code result}; empty where nothing is drawn there.
   *
   * @param graph without branches
   * @param boundaries other layers' ends, at which it begins
   */
  public static Optional<DropoutOp> at(
      TensorFlowGraph graph, Endpoint result, Collection<Endpoint> boundaries) {
    Map<String, NodeDef> nodes = TrainingMode.byName(graph.graph());
    return TrainingMode.behind(nodes, result, boundaries).entrySet().stream()
        .filter(e -> nodes.containsKey(e.getKey()))
        .filter(e -> STATEFUL.contains(nodes.get(e.getKey()).getOp()))
        .min(Comparator.comparingInt(Map.Entry::getValue))
        .map(e -> of(nodes.get(e.getKey())));
  }

  private static DropoutOp of(NodeDef random) {
    return new DropoutOp(
        new Endpoint(random.getName(), 0),
        random.containsAttr("seed") ? random.getAttrOrThrow("seed").getI() : 0,
        random.containsAttr("seed2") ? random.getAttrOrThrow("seed2").getI() : 0);
  }

  /** Whether its numbers follow from its seeds. */
  public boolean isSeeded() {
    return seed != 0 || seed2 != 0;
  }

  /** The same operation, drawing by these seeds. */
  public DropoutOp seeded(long first, long second) {
    return new DropoutOp(drawn, first, second);
  }

  /** The graph in which each of these draws by the seeds that it says. */
  public static TensorFlowGraph in(TensorFlowGraph graph, Collection<DropoutOp> seeded) {
    GraphDef.Builder out = graph.graph().toBuilder();
    for (int i = 0; i < out.getNodeCount(); i++) {
      for (DropoutOp op : seeded) {
        if (op.drawn().node().equals(out.getNode(i).getName())) {
          NodeDef.Builder node = out.getNode(i).toBuilder();
          node.putAttr("seed", integer(op.seed()));
          node.putAttr("seed2", integer(op.seed2()));
          out.setNode(i, node);
        }
      }
    }
    return new TensorFlowGraph(out.build(), graph.handles());
  }

  private static AttrValue integer(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }
}

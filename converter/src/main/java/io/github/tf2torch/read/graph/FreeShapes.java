package io.github.tf2torch.read.graph;

import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Placeholders of old graphs whose shape says nothing. Up to GraphDef version 23 (TensorFlow 1.2) a
 * placeholder without a shape was written with the shape of a scalar, and TensorFlow still reads it
 * so there (array_ops.cc, PlaceholderShapeFn). A training graph keeps what Python knew of a node's
 * outputs beside it ({@code as_graph_def(add_shapes=True)}).
 */
final class FreeShapes {
  private static final int FIRST_MEANT = 24;

  private FreeShapes() {}

  /** The same graph, in which such a shape is what Python knew, or of unknown rank. */
  static GraphDef of(GraphDef stored) {
    if (stored.getVersions().getProducer() >= FIRST_MEANT) {
      return stored;
    }
    GraphDef.Builder changed = stored.toBuilder();
    for (int i = 0; i < stored.getNodeCount(); i++) {
      if (isFree(stored.getNode(i))) {
        changed.getNodeBuilder(i).putAttr("shape", known(stored.getNode(i)));
      }
    }
    return changed.build();
  }

  private static boolean isFree(NodeDef node) {
    AttrValue shape = node.getAttrOrDefault("shape", AttrValue.getDefaultInstance());
    return node.getOp().equals("Placeholder")
        && shape.hasShape()
        && shape.getShape().getDimCount() == 0
        && !shape.getShape().getUnknownRank();
  }

  private static AttrValue known(NodeDef node) {
    List<TensorShapeProto> noted =
        node.getAttrOrDefault("_output_shapes", AttrValue.getDefaultInstance())
            .getList()
            .getShapeList();
    TensorShapeProto shape =
        noted.isEmpty() ? TensorShapeProto.newBuilder().setUnknownRank(true).build() : noted.get(0);
    return AttrValue.newBuilder().setShape(shape).build();
  }
}

package io.github.tf2torch.verify.engine;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Pooling of volumes (N, D, H, W, C) as pooling of images, which TensorFlow has in float64 as well:
 * first of height and width, then of depth. The values are the same. So are the gradients, but for
 * ties: of several equal maxima of a window, {@code MaxPool3DGrad} gives each the whole gradient on
 * a CPU, {@code MaxPoolGrad} the first, as PyTorch does.
 */
public final class VolumePooling {
  private static final String MAX = "MaxPool3D";
  private static final Map<String, String> OF_IMAGES =
      Map.of(MAX, "MaxPool", "AvgPool3D", "AvgPool");
  private static final DataType INT = DataType.DT_INT32;

  private final NodeScope scope;
  private final NodeDef node;
  private final DataType type;
  private final String prefix;

  private VolumePooling(NodeScope scope, NodeDef node, DataType type) {
    this.scope = scope;
    this.node = node;
    this.type = type;
    this.prefix = node.getName() + "/by_axes/";
  }

  /** Whether the graph has a pooling that divides a gradient otherwise than PyTorch does. */
  public static boolean isIn(GraphDef graph) {
    return graph.getNodeList().stream().anyMatch(VolumePooling::hasTies);
  }

  private static boolean hasTies(NodeDef node) {
    return node.getOp().equals(MAX) && takes(node);
  }

  /** The same graph, outside of its functions, in which the first of equal maxima has it all. */
  public static GraphDef withFirstOfTies(GraphDef graph) {
    NodeScope scope = new NodeScope(false);
    for (NodeDef node : graph.getNodeList()) {
      if (hasTies(node)) {
        expand(scope, node, node.getAttrOrThrow("T").getType());
      } else {
        scope.add(node);
      }
    }
    return graph.toBuilder().clearNode().addAllNode(scope.nodes()).build();
  }

  /** Whether it is one that runs on a CPU. */
  static boolean takes(NodeDef node) {
    return OF_IMAGES.containsKey(node.getOp())
        && node.getAttrOrThrow("T").getType() == DataType.DT_FLOAT
        && node.getAttrOrDefault("data_format", AttrValue.getDefaultInstance())
            .getS()
            .toStringUtf8()
            .matches("|NDHWC");
  }

  /** Adds the poolings, in {@code type}; the last node keeps the name of {@code node}. */
  static void expand(NodeScope scope, NodeDef node, DataType type) {
    new VolumePooling(scope, node, type).expand();
  }

  private void expand() {
    String x = node.getInput(0);
    String shape = shape("shape", x);
    String height = element("height", shape, 2);
    String width = element("width", shape, 3);
    String channels = element("channels", shape, 4);
    String any = scope.integer(prefix + "any", -1);
    String slices =
        reshaped(prefix + "slices", x, packed("of_slices", any, height, width, channels));
    String flat = pooled("flat", slices, List.of(1, 2));
    String flatShape = shape("flat_shape", flat);
    String newHeight = element("new_height", flatShape, 1);
    String newWidth = element("new_width", flatShape, 2);
    scope.add(
        NodeScope.node(prefix + "area", "Mul", newHeight, newWidth)
            .putAttr("T", NodeScope.type(INT))
            .build());
    String area = scope.reference(prefix + "area", "z");
    String depth = element("depth", shape, 1);
    String columns =
        reshaped(prefix + "columns", flat, packed("of_columns", any, depth, area, channels));
    String deep = pooled("deep", columns, List.of(0));
    String newDepth = element("new_depth", shape("deep_shape", deep), 1);
    String whole = packed("of_whole", any, newDepth, newHeight, newWidth, channels);
    String result = reshaped(node.getName(), deep, whole);
    scope.move(scope.reference(node.getName(), "output"), result);
  }

  private String shape(String name, String x) {
    return scope.shape(prefix + name, x, type);
  }

  private String element(String name, String vector, int index) {
    return scope.element(prefix + name, vector, INT, index);
  }

  private String packed(String name, String... extents) {
    return scope.packed(prefix + name, INT, extents);
  }

  private String reshaped(String name, String x, String shape) {
    NodeDef.Builder reshape =
        NodeScope.node(name, "Reshape", x, shape)
            .putAttr("T", NodeScope.type(type))
            .putAttr("Tshape", NodeScope.type(INT));
    if (name.equals(node.getName())) {
      NodeScope.takeControls(reshape, node);
    }
    scope.add(reshape.build());
    return scope.reference(name, "output");
  }

  /** Pools as the node does along these of depth, height and width. */
  private String pooled(String name, String x, List<Integer> axes) {
    scope.add(
        NodeScope.node(prefix + name, OF_IMAGES.get(node.getOp()), x)
            .putAttr("T", NodeScope.type(type))
            .putAttr("ksize", along("ksize", axes))
            .putAttr("strides", along("strides", axes))
            .putAttr("padding", node.getAttrOrThrow("padding"))
            .putAttr(
                "data_format", AttrValue.newBuilder().setS(ByteString.copyFromUtf8("NHWC")).build())
            .build());
    return scope.reference(prefix + name, "output");
  }

  private AttrValue along(String attr, List<Integer> axes) {
    AttrValue.ListValue given = node.getAttrOrThrow(attr).getList();
    AttrValue.ListValue.Builder all = AttrValue.ListValue.newBuilder().addI(1);
    axes.forEach(axis -> all.addI(given.getI(axis + 1)));
    while (all.getICount() < 4) {
      all.addI(1);
    }
    return AttrValue.newBuilder().setList(all).build();
  }
}

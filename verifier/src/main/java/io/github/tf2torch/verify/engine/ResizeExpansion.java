package io.github.tf2torch.verify.engine;

import java.util.Set;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Bilinear resizing and its gradient as arithmetic in float64, whose kernels take and give float32
 * whatever their images are. Follows {@code tensorflow/core/kernels/image/resize_bilinear_op.cc}
 * and {@code core/util/image_resizer_state.h}; the kernel's float32 places between two pixels are
 * computed in float64 like all else here, so that their rounding is TensorFlow's own in float32.
 */
final class ResizeExpansion extends ImageArithmetic {
  private static final String FORWARD = "ResizeBilinear";
  static final Set<String> OPS = Set.of(FORWARD, "ResizeBilinearGrad");

  private ResizeExpansion(NodeScope scope, NodeDef node, OpDef definition) {
    super(scope, node, definition);
  }

  /** Adds the arithmetic to {@code scope}; its last node keeps the name of {@code node}. */
  static void expand(NodeScope scope, NodeDef node, OpDef definition) {
    ResizeExpansion expansion = new ResizeExpansion(scope, node, definition);
    if (node.getOp().equals(FORWARD)) {
      expansion.forward();
    } else {
      expansion.backward();
    }
  }

  private void forward() {
    Axis rows =
        axis("rows", extent("height", 0, 1), element("to_height", node.getInput(1), INT, 0));
    Axis columns =
        axis("columns", extent("width", 0, 2), element("to_width", node.getInput(1), INT, 1));
    String across = between(columns, widened(0), 2);
    String down = between(rows, across, 1);
    NodeDef.Builder last =
        NodeScope.node(node.getName(), "Identity", down).putAttr("T", NodeScope.type(DOUBLE));
    NodeScope.takeControls(last, node);
    scope.add(last.build());
    move(0, scope.reference(node.getName(), "output"));
  }

  /** Each pixel's share of what was made of it. */
  private void backward() {
    Axis rows = axis("rows", extent("height", 1, 1), extent("to_height", 0, 1));
    Axis columns = axis("columns", extent("width", 1, 2), extent("to_width", 0, 2));
    sampled(node.getInput(0), weights(rows), weights(columns), true);
  }

  /**
   * An axis of the images.
   *
   * @param from its extent, in int32
   * @param last place of it, in float64
   * @param places where each place of the result lies on it
   */
  private record Axis(String name, String from, String last, String places) {}

  private Axis axis(String name, String from, String to) {
    String one = scope.scalar(prefix + name + "_one", 1);
    String half = scope.scalar(prefix + name + "_half", 0.5);
    String zero = scope.scalar(prefix + name + "_zero", 0);
    String before = cast(name + "_before", from, INT, DOUBLE);
    String behind = cast(name + "_behind", to, INT, DOUBLE);
    String last = binary("Sub", name + "_last", before, one);
    String place = cast(name + "_number", range(name + "_range", to), INT, DOUBLE);
    if (attr("half_pixel_centers").getB()) {
      String scale = binary("RealDiv", name + "_scale", before, behind);
      String centre = binary("AddV2", name + "_centre", place, half);
      place = binary("Sub", name + "_start", binary("Mul", name + "_moved", centre, scale), half);
    } else if (attr("align_corners").getB()) {
      // one place alone is the first one, whatever the scale
      String steps =
          binary("Maximum", name + "_steps", binary("Sub", name + "_less", behind, one), one);
      place =
          binary("Mul", name + "_moved", place, binary("RealDiv", name + "_scale", last, steps));
    } else {
      String scale = binary("RealDiv", name + "_scale", before, behind);
      place = binary("Mul", name + "_moved", place, scale);
    }
    String within = binary("Minimum", name + "_within", place, last);
    return new Axis(name, from, last, binary("Maximum", name + "_places", within, zero));
  }

  /** Between the pixel before a place and the one behind it. */
  private String between(Axis axis, String images, int at) {
    String name = axis.name();
    String lower = unary("Floor", name + "_lower", axis.places());
    String next = binary("AddV2", name + "_next", lower, scope.scalar(prefix + name + "_step", 1));
    String upper = binary("Minimum", name + "_upper", next, axis.last());
    String share = binary("Sub", name + "_share", axis.places(), lower);
    String a = gather(name + "_a", images, DOUBLE, cast(name + "_at_a", lower, DOUBLE, INT), at);
    String b = gather(name + "_b", images, DOUBLE, cast(name + "_at_b", upper, DOUBLE, INT), at);
    String shares =
        at == 1
            ? reshaped(name + "_shares", share, -1, 1, 1)
            : reshaped(name + "_shares", share, -1, 1);
    String more = binary("Mul", name + "_more", binary("Sub", name + "_difference", b, a), shares);
    return binary("AddV2", name + "_between", a, more);
  }

  /** Of each pixel in each place: one where they meet, none from the next pixel on. */
  private String weights(Axis axis) {
    String name = axis.name();
    String pixels = cast(name + "_pixel", range(name + "_pixels", axis.from()), INT, DOUBLE);
    String places = reshaped(name + "_column", axis.places(), -1, 1);
    String distance =
        unary("Abs", name + "_distance", binary("Sub", name + "_offset", places, pixels));
    String rest =
        binary("Sub", name + "_rest", scope.scalar(prefix + name + "_whole", 1), distance);
    return binary("Maximum", name + "_weights", rest, scope.scalar(prefix + name + "_none", 0));
  }
}

package io.github.tf2torch.verify.engine;

import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Bicubic and other resampling in float64, whose kernels give float32 whatever their images are.
 * Its weights are part of what it is: {@code resize_bicubic_op.cc} takes them from a table of
 * float32, at places rounded to a 1024th. So they are what the kernel itself makes of images of one
 * bright row each, and are widened; with them, rows and columns are summed in float64.
 */
final class ResampleExpansion extends ImageArithmetic {
  private static final String BICUBIC = "ResizeBicubic";
  private static final String KERNEL = "kernel_type";
  private static final Set<String> OPS =
      Set.of(BICUBIC, "ResizeBicubicGrad", "ScaleAndTranslate", "ScaleAndTranslateGrad");

  /** Kernels of sines and powers of e, which each machine's C library rounds in its own way. */
  private static final Set<String> INEXACT = Set.of("lanczos1", "lanczos3", "lanczos5", "gaussian");

  private static final DataType FLOAT = DataType.DT_FLOAT;

  private final boolean isBackward;

  private ResampleExpansion(NodeScope scope, NodeDef node, OpDef definition) {
    super(scope, node, definition);
    this.isBackward = node.getOp().endsWith("Grad");
  }

  /** Whether it is one whose weights are the same numbers everywhere. */
  static boolean takes(NodeDef node, OpDef definition) {
    if (!OPS.contains(node.getOp())) {
      return false;
    }
    return definition.getAttrList().stream()
        .filter(attr -> attr.getName().equals(KERNEL))
        .map(attr -> node.getAttrOrDefault(KERNEL, attr.getDefaultValue()))
        .noneMatch(kernel -> INEXACT.contains(kernel.getS().toStringUtf8()));
  }

  /** Adds the arithmetic to {@code scope}; its last node keeps the name of {@code node}. */
  static void expand(NodeScope scope, NodeDef node, OpDef definition) {
    new ResampleExpansion(scope, node, definition).expand();
  }

  private void expand() {
    String images = isBackward ? node.getInput(0) : widened(0);
    sampled(images, weights("rows", 0), weights("columns", 1), isBackward);
  }

  /** (places of the result, pixels) of height or width. */
  private String weights(String name, int side) {
    String from = extent(name + "_from", isBackward ? 1 : 0, side + 1);
    String to =
        isBackward
            ? extent(name + "_to", 0, side + 1)
            : element(name + "_to", node.getInput(1), INT, side);
    String one = scope.integer(prefix + name + "_width", 1);
    String size = pair(name + "_size", INT, to, one);
    String kernel = prefix + name + "_kernel";
    NodeDef.Builder own =
        NodeScope.node(kernel, forward(), brightRows(name, from), size)
            .putAttr("T", NodeScope.type(FLOAT));
    if (!forward().equals(BICUBIC)) {
      own.addInput(pairedWith(1, name + "_scale", 2, side));
      own.addInput(pairedWith(0, name + "_translation", 3, side));
    }
    node.getAttrMap().entrySet().stream()
        .filter(a -> !a.getKey().equals("T") && !a.getKey().startsWith("_"))
        .forEach(a -> own.putAttr(a.getKey(), a.getValue()));
    scope.add(own.build());
    String made = cast(name + "_made", scope.reference(kernel, "resized_images"), FLOAT, DOUBLE);
    scope.add(
        NodeScope.node(prefix + name + "_weights", "Squeeze", made)
            .putAttr("T", NodeScope.type(DOUBLE))
            .putAttr(
                "squeeze_dims",
                AttrValue.newBuilder()
                    .setList(AttrValue.ListValue.newBuilder().addI(0).addI(2))
                    .build())
            .build());
    return scope.reference(prefix + name + "_weights", "output");
  }

  private String forward() {
    return isBackward
        ? node.getOp().substring(0, node.getOp().length() - "Grad".length())
        : node.getOp();
  }

  /** An image of one column, in whose channels one row each is 1. */
  private String brightRows(String name, String rows) {
    String unit = prefix + name + "_unit";
    scope.add(
        NodeScope.node(
                unit,
                "OneHot",
                range(name + "_range", rows),
                rows,
                scope.float32(unit + "_one", 1),
                scope.float32(unit + "_zero", 0))
            .putAttr("T", NodeScope.type(FLOAT))
            .putAttr("TI", NodeScope.type(INT))
            .putAttr("axis", AttrValue.newBuilder().setI(-1).build())
            .build());
    String image = expanded(name + "_image", scope.reference(unit, "output"), 0);
    return expanded(name + "_column", image, 2);
  }

  private String expanded(String name, String value, int axis) {
    scope.add(
        NodeScope.node(
                prefix + name, "ExpandDims", value, scope.integer(prefix + name + "_axis", axis))
            .putAttr("T", NodeScope.type(FLOAT))
            .putAttr("Tdim", NodeScope.type(INT))
            .build());
    return scope.reference(prefix + name, "output");
  }

  /** What an input says of height or width, in float32 again, and a number for the one column. */
  private String pairedWith(float number, String name, int input, int side) {
    String value = element(name + "_of", node.getInput(input), DOUBLE, side);
    String narrow = cast(name + "_narrow", value, DOUBLE, FLOAT);
    return pair(name, FLOAT, narrow, scope.float32(prefix + name + "_of_column", number));
  }

  private String pair(String name, DataType type, String first, String second) {
    return scope.packed(prefix + name, type, first, second);
  }
}

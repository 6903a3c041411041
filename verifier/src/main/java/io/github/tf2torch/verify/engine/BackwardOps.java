package io.github.tf2torch.verify.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Gradients of operations that TensorFlow's C++ registry lacks and its Python one has, made of the
 * same backward kernels. Follows {@code tensorflow/python/ops/nn_grad.py}, {@code math_grad.py} and
 * {@code image_grad.py}.
 */
final class BackwardOps {
  private final Graph graph;
  private final String prefix;
  private int made;

  BackwardOps(Graph graph, String prefix) {
    this.graph = graph;
    this.prefix = prefix;
  }

  static final Set<String> OPS =
      Set.of(
          "Conv2D",
          "Conv2DBackpropInput",
          "DepthwiseConv2dNative",
          "Digamma",
          "Erfc",
          "EuclideanNorm",
          "ConcatV2",
          "MaxPool",
          "LRN",
          "LogSoftmax",
          "Conv3D",
          "Conv3DBackpropInputV2",
          "Einsum",
          "ResizeBilinear",
          "ResizeNearestNeighbor");

  /** Steps, whose gradient is zero wherever there is one. */
  static final Set<String> FLAT =
      Set.of(
          "Floor",
          "Ceil",
          "Round",
          "Rint",
          "FloorDiv",
          "Sign",
          "OneHot",
          "ZerosLike",
          "OnesLike",
          "StopGradient");

  /** By input, as many as the node has tensors; an empty one has no gradient. */
  List<Optional<Output<?>>> of(NodeDef node, GraphOperation op, Output<?> dy) {
    List<Output<?>> x = inputs(node);
    return switch (node.getOp()) {
      case "Conv2D",
          "Conv3D",
          "DepthwiseConv2dNative",
          "Conv2DBackpropInput",
          "Conv3DBackpropInputV2" ->
          new BackwardConvolutions(this::op).of(node, x, dy);
      case "Digamma" ->
          List.of(
              Optional.of(
                  binary(
                      "Mul", dy, binary("Polygamma", scalar(1, x.get(0).dataType()), x.get(0)))));
      case "EuclideanNorm" -> List.of(Optional.of(norm(x, dy)), Optional.empty());
      case "LogSoftmax" -> List.of(Optional.of(logSoftmax(op.output(0), dy)));
      case "Erfc" -> List.of(Optional.of(erfc(x.get(0), dy)));
      case "Einsum" -> einsum(node, x, dy);
      case "ConcatV2" -> concatenation(x, dy);
      case "LRN" -> List.of(Optional.of(normalization(node, x.get(0), op.output(0), dy)));
      case "MaxPool" -> List.of(Optional.of(pooling(node, x.get(0), op.output(0), dy)));
      default -> List.of(Optional.of(resize(node, x.get(0), dy)), Optional.empty());
    };
  }

  private List<Output<?>> inputs(NodeDef node) {
    return IntStream.range(0, node.getInputCount())
        .mapToObj(i -> node.getInput(i))
        .filter(name -> !name.startsWith("^"))
        .<Output<?>>map(name -> output(name))
        .toList();
  }

  private Output<?> output(String input) {
    int colon = input.lastIndexOf(':');
    String name = colon < 0 ? input : input.substring(0, colon);
    int index = colon < 0 ? 0 : Integer.parseInt(input.substring(colon + 1));
    return graph.operation(name).output(index);
  }

  private GraphOperationBuilder op(String type) {
    return graph.opBuilder(type, prefix + "backward/" + type + "_" + made++, graph.baseScope());
  }

  private Output<?> shape(Output<?> x) {
    return op("Shape").addInput(x).setAttr("out_type", DataType.DT_INT32).build().output(0);
  }

  private Output<?> unary(String type, Output<?> x) {
    return op(type).addInput(x).build().output(0);
  }

  private Output<?> binary(String type, Output<?> x, Output<?> y) {
    return op(type).addInput(x).addInput(y).build().output(0);
  }

  private Output<?> scalar(double value, DataType type) {
    try (Tensor tensor =
        type == DataType.DT_DOUBLE ? TFloat64.scalarOf(value) : TFloat32.scalarOf((float) value)) {
      return op("Const").setAttr("dtype", type).setAttr("value", tensor).build().output(0);
    }
  }

  /** math_grad.py, {@code _EuclideanNormGrad}: {@code x * (dy / norm)}. */
  private Output<?> norm(List<Output<?>> x, Output<?> dy) {
    Output<?> square =
        op("Sum")
            .addInput(unary("Square", x.get(0)))
            .addInput(x.get(1))
            .setAttr("keep_dims", true)
            .build()
            .output(0);
    Output<?> kept = op("Reshape").addInput(dy).addInput(shape(square)).build().output(0);
    return binary("Mul", x.get(0), binary("RealDiv", kept, unary("Sqrt", square)));
  }

  /**
   * nn_grad.py, {@code _LogSoftmaxGrad}; TensorFlow's C++ gradient sums over axis 1, which is the
   * last one of a matrix alone.
   */
  private Output<?> logSoftmax(Output<?> y, Output<?> dy) {
    Output<?> sum =
        op("Sum").addInput(dy).addInput(vector(-1)).setAttr("keep_dims", true).build().output(0);
    return binary("Sub", dy, binary("Mul", sum, unary("Exp", y)));
  }

  /** nn_grad.py, {@code _MaxPoolGrad}: of the place where the forward found the largest. */
  private Output<?> pooling(NodeDef forward, Output<?> x, Output<?> y, Output<?> dy) {
    GraphOperationBuilder builder = op("MaxPoolGrad").addInput(x).addInput(y).addInput(dy);
    BackwardConvolutions.copy(forward, builder);
    return builder.build().output(0);
  }

  /** nn_grad.py, {@code _LRNGrad}; TensorFlow's C++ gradient forgets the attributes. */
  private Output<?> normalization(NodeDef forward, Output<?> x, Output<?> y, Output<?> dy) {
    GraphOperationBuilder builder = op("LRNGrad").addInput(dy).addInput(x).addInput(y);
    forward
        .getAttrMap()
        .forEach(
            (name, value) -> {
              switch (name) {
                case "depth_radius" -> builder.setAttr(name, value.getI());
                case "bias", "alpha", "beta" -> builder.setAttr(name, value.getF());
                default -> {}
              }
            });
    return builder.build().output(0);
  }

  /**
   * array_grad.py, {@code _ConcatGradHelper}. TensorFlow's C++ gradient cuts in the wrong place
   * where the axis is counted from the end.
   */
  private List<Optional<Output<?>>> concatenation(List<Output<?>> x, Output<?> dy) {
    List<Output<?>> parts = x.subList(0, x.size() - 1);
    Output<?> rank = op("Rank").addInput(parts.get(0)).build().output(0);
    Output<?> axis =
        binary(
            "FloorMod",
            op("Cast")
                .addInput(x.get(x.size() - 1))
                .setAttr("DstT", DataType.DT_INT32)
                .build()
                .output(0),
            rank);
    List<Output<?>> shapes = parts.stream().<Output<?>>map(this::shape).toList();
    GraphOperation offsets =
        op("ConcatOffset").addInput(axis).addInputList(shapes.toArray(Output<?>[]::new)).build();
    List<Optional<Output<?>>> shares = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      shares.add(
          Optional.of(
              op("Slice")
                  .addInput(dy)
                  .addInput(offsets.output(i))
                  .addInput(shapes.get(i))
                  .build()
                  .output(0)));
    }
    shares.add(Optional.empty());
    return shares;
  }

  /** math_grad.py, {@code _ErfcGrad}: {@code -2 / sqrt(pi) * exp(-x * x) * dy}. */
  private Output<?> erfc(Output<?> x, Output<?> dy) {
    Output<?> factor = scalar(-2 / Math.sqrt(Math.PI), x.dataType());
    Output<?> bell = unary("Exp", unary("Neg", unary("Square", x)));
    return binary("Mul", dy, binary("Mul", factor, bell));
  }

  /**
   * math_grad.py, {@code _EinsumGrad}, where every index of an input is in the result or in the
   * other input: the gradient is an einsum itself.
   */
  private List<Optional<Output<?>>> einsum(NodeDef node, List<Output<?>> x, Output<?> dy) {
    String equation = node.getAttrOrThrow("equation").getS().toStringUtf8().replace(" ", "");
    String[] sides = equation.split("->", -1);
    String[] terms = sides[0].split(",", -1);
    if (equation.contains(".") || sides.length != 2 || terms.length > 2) {
      throw new MissingGradient(node.getName(), "Einsum " + equation, new IllegalStateException());
    }
    if (terms.length == 1) {
      return List.of(Optional.of(einsum(sides[1] + "->" + terms[0], List.of(dy))));
    }
    return List.of(
        Optional.of(einsum(sides[1] + "," + terms[1] + "->" + terms[0], List.of(dy, x.get(1)))),
        Optional.of(einsum(terms[0] + "," + sides[1] + "->" + terms[1], List.of(x.get(0), dy))));
  }

  private Output<?> einsum(String equation, List<Output<?>> x) {
    return op("Einsum")
        .addInputList(x.toArray(Output<?>[]::new))
        .setAttr("equation", equation)
        .build()
        .output(0);
  }

  private Output<?> resize(NodeDef forward, Output<?> x, Output<?> dy) {
    boolean corners =
        forward.getAttrOrDefault("align_corners", AttrValue.getDefaultInstance()).getB();
    boolean centers =
        forward.getAttrOrDefault("half_pixel_centers", AttrValue.getDefaultInstance()).getB();
    boolean isBilinear = forward.getOp().equals("ResizeBilinear");
    GraphOperationBuilder builder =
        isBilinear
            ? op("ResizeBilinearGrad").addInput(dy).addInput(x)
            : op("ResizeNearestNeighborGrad").addInput(dy).addInput(extents(x));
    return builder
        .setAttr("align_corners", corners)
        .setAttr("half_pixel_centers", centers)
        .build()
        .output(0);
  }

  /** Height and width. */
  private Output<?> extents(Output<?> x) {
    return op("Slice").addInput(shape(x)).addInput(vector(1)).addInput(vector(2)).build().output(0);
  }

  private Output<?> vector(int value) {
    try (Tensor tensor = TInt32.tensorOf(NdArrays.vectorOf(value))) {
      return op("Const")
          .setAttr("dtype", DataType.DT_INT32)
          .setAttr("value", tensor)
          .build()
          .output(0);
    }
  }
}

package io.github.tf2torch.verify.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Gradients of convolutions by TensorFlow's own backward kernels, as {@code nn_grad.py} has them:
 * the C++ gradient of {@code Conv2D} forgets dilations and explicit paddings.
 */
final class BackwardConvolutions {
  /** What a convolution's gradient is made by. */
  private record Kernels(String toInput, String toFilter) {}

  private static final Map<String, Kernels> FORWARD =
      Map.of(
          "Conv2D",
          new Kernels("Conv2DBackpropInput", "Conv2DBackpropFilter"),
          "Conv3D",
          new Kernels("Conv3DBackpropInputV2", "Conv3DBackpropFilterV2"),
          "DepthwiseConv2dNative",
          new Kernels("DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter"));

  /** Of what is itself the gradient of a convolution: a transposed one. */
  private static final Map<String, Kernels> TRANSPOSED =
      Map.of(
          "Conv2DBackpropInput",
          new Kernels("Conv2D", "Conv2DBackpropFilter"),
          "Conv3DBackpropInputV2",
          new Kernels("Conv3D", "Conv3DBackpropFilterV2"));

  private final Function<String, GraphOperationBuilder> op;

  BackwardConvolutions(Function<String, GraphOperationBuilder> op) {
    this.op = op;
  }

  /** By input of the node. */
  List<Optional<Output<?>>> of(NodeDef node, List<Output<?>> x, Output<?> dy) {
    requireKernel(node);
    Kernels forward = FORWARD.get(node.getOp());
    if (forward != null) {
      return List.of(
          Optional.of(kernel(forward.toInput(), node, shape(x.get(0)), x.get(1), dy)),
          Optional.of(kernel(forward.toFilter(), node, x.get(0), shape(x.get(1)), dy)));
    }
    Kernels back = TRANSPOSED.get(node.getOp());
    return List.of(
        Optional.empty(),
        Optional.of(kernel(back.toFilter(), node, dy, shape(x.get(1)), x.get(2))),
        Optional.of(kernel(back.toInput(), node, dy, x.get(1))));
  }

  /** {@code conv_grad_input_ops.h}: on a CPU the backward kernels take no dilation. */
  private static void requireKernel(NodeDef node) {
    boolean isDilated =
        node
            .getAttrOrDefault("dilations", AttrValue.getDefaultInstance())
            .getList()
            .getIList()
            .stream()
            .anyMatch(dilation -> dilation > 1);
    if (isDilated) {
      throw new MissingGradient(
          node.getName(),
          node.getOp() + " with dilations, on a CPU",
          new UnsupportedOperationException());
    }
  }

  private Output<?> shape(Output<?> x) {
    return op.apply("Shape").addInput(x).setAttr("out_type", DataType.DT_INT32).build().output(0);
  }

  private Output<?> kernel(String type, NodeDef forward, Output<?>... inputs) {
    GraphOperationBuilder builder = op.apply(type);
    for (Output<?> input : inputs) {
      builder.addInput(input);
    }
    copy(forward, builder);
    return builder.build().output(0);
  }

  /** What a backward kernel shares with its forward. */
  static void copy(NodeDef forward, GraphOperationBuilder builder) {
    for (Map.Entry<String, AttrValue> attr : forward.getAttrMap().entrySet()) {
      AttrValue value = attr.getValue();
      switch (attr.getKey()) {
        case "ksize", "strides", "dilations", "explicit_paddings" ->
            builder.setAttr(
                attr.getKey(),
                value.getList().getIList().stream().mapToLong(Long::longValue).toArray());
        case "padding", "data_format" -> builder.setAttr(attr.getKey(), value.getS().toByteArray());
        default -> {}
      }
    }
  }
}

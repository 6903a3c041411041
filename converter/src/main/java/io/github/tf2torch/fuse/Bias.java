package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A vector added to each channel of what a convolution or a matrix product gives. */
final class Bias implements Pass {
  private static final Set<String> OPS =
      Set.of(
          "Conv2D",
          "DepthwiseConv2dNative",
          "Conv3D",
          "Conv2DBackpropInput",
          "Conv3DBackpropInputV2",
          "MatMul");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      sums(node).stream()
          .flatMap(o -> biased(node, o, nodes).stream())
          .findFirst()
          .ifPresent(fused -> rewriting.replace(node, fused));
    }
    return rewriting.apply(graph);
  }

  private static List<Nodes.Operands> sums(Node node) {
    return switch (node.op()) {
      case "BiasAdd" -> List.of(new Nodes.Operands(node.input(0), node.input(1)));
      case "Add", "AddV2" -> Nodes.operands(node);
      default -> List.of();
    };
  }

  private static Optional<Node> biased(Node sum, Nodes.Operands operands, Nodes nodes) {
    return nodes
        .hiddenMaker(operands.one(), OPS)
        .flatMap(
            product ->
                nodes
                    .channelVector(operands.other())
                    .filter(bias -> isAlongChannels(sum, bias, product))
                    .filter(bias -> isOneEach(sum, bias, product, nodes))
                    .map(bias -> fused(sum, bias, product)));
  }

  private static boolean isAlongChannels(Node sum, ChannelVector bias, Node product) {
    boolean isMatrix = product.op().equals("MatMul");
    int axis = isMatrix ? -1 : FusedBatchNorm.channelAxis(product);
    if (sum.op().equals("BiasAdd")) {
      // of a matrix, both formats mean the last axis; of a volume, they are called as an image's
      return isMatrix || sum.textAttr("data_format").startsWith("NC") == axis < -1;
    }
    return bias.isAlong(axis)
        && bias.rank() <= (isMatrix ? 2 : product.textAttr("data_format").length());
  }

  /** A vector of one element would be broadcast, which only BiasAdd excludes by itself. */
  private static boolean isOneEach(Node sum, ChannelVector bias, Node product, Nodes nodes) {
    Optional<Long> channels = nodes.weightShape(product.input(1)).map(s -> channels(product, s));
    return channels.map(c -> c == bias.channels()).orElse(sum.op().equals("BiasAdd"));
  }

  private static long channels(Node product, Shape weight) {
    return switch (product.op()) {
      case "MatMul" -> weight.dim(product.boolAttr("transpose_b") ? 0 : 1);
      case "DepthwiseConv2dNative" -> Math.multiplyExact(weight.dim(2), weight.dim(3));
      case "Conv2DBackpropInput", "Conv3DBackpropInputV2" -> weight.dim(weight.rank() - 2);
      default -> weight.dim(weight.rank() - 1);
    };
  }

  private static Node fused(Node sum, ChannelVector bias, Node product) {
    List<Endpoint> inputs = new ArrayList<>(product.inputs());
    inputs.add(bias.weight());
    return new Node(
        sum.name(),
        product.op(),
        inputs,
        List.of(),
        Rewriting.with(product.attrs(), "fused_bias", new Attr.Bool(true)));
  }
}

package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A vector added to each channel of what a convolution or a matrix product gives. */
final class Bias implements Pass {
  private static final Set<String> OPS =
      Set.of(
          "Conv2D",
          "DepthwiseConv2dNative",
          "Conv3D",
          "Conv2DBackpropInput",
          "Conv3DBackpropInputV2",
          "MatMul",
          "BatchMatMulV2");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      sums(node).stream()
          .flatMap(
              o ->
                  Stream.concat(
                      biased(node, o, nodes).stream().map(List::of),
                      split(node, o, nodes).stream()))
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
                    .map(bias -> fused(sum.name(), bias.weight(), product)));
  }

  /**
   * A bias of several axes on a product whose last axis was split into those, which {@code
   * EinsumDense} writes: the bias of the product, and the split behind it.
   */
  private static Optional<List<Node>> split(Node sum, Nodes.Operands operands, Nodes nodes) {
    Optional<Node> reshape =
        sum.op().equals("BiasAdd")
            ? Optional.empty()
            : nodes.hiddenMaker(operands.one(), Set.of("Reshape"));
    Optional<Node> product =
        reshape
            .flatMap(r -> nodes.hiddenMaker(r.input(0), Set.of("BatchMatMulV2")))
            .filter(p -> !p.hasAttr("fused_bias"));
    Optional<TensorValue> to = reshape.flatMap(r -> nodes.constant(r.input(1)));
    Optional<Shape> bias = nodes.weightShape(operands.other()).filter(b -> b.rank() > 1);
    Optional<Long> channels = product.flatMap(p -> channels(p, nodes));
    if (to.isEmpty() || bias.isEmpty() || channels.isEmpty()) {
      return Optional.empty();
    }
    List<Long> dims = Arrays.stream(to.get().longs()).boxed().toList();
    int first = dims.size() - bias.get().rank();
    if (first < 1
        || !dims.subList(first, dims.size()).equals(bias.get().dims())
        || bias.get().count() != channels.get()) {
      return Optional.empty();
    }
    // TensorFlow computes no such value: it stands under a name that is none of the graph
    Node biased = fused(sum.name() + "/biased", operands.other(), product.get());
    return Optional.of(
        List.of(
            biased,
            new Node(
                sum.name(),
                "Reshape",
                List.of(biased.output(0), reshape.get().input(1)),
                List.of(),
                reshape.get().attrs())));
  }

  private static boolean isAlongChannels(Node sum, ChannelVector bias, Node product) {
    boolean isMatrix = product.op().equals("MatMul");
    if (product.op().equals("BatchMatMulV2")) {
      return sum.op().equals("BiasAdd")
          ? sum.textAttr("data_format").equals("NHWC")
          : bias.rank() == 1 && bias.channels() > 1;
    }
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
    Optional<Long> channels = channels(product, nodes);
    boolean isOfMatrices = product.op().equals("BatchMatMulV2");
    return channels
        .map(c -> c == bias.channels())
        .orElse(sum.op().equals("BiasAdd") && !isOfMatrices);
  }

  /** Empty where the product is of no weight, or not of a matrix as MatMul's. */
  private static Optional<Long> channels(Node product, Nodes nodes) {
    if (!product.op().equals("BatchMatMulV2")) {
      return nodes.weightShape(product.input(1)).map(s -> channels(product, s));
    }
    return nodes
        .matrixShape(product.input(1))
        .filter(s -> !product.boolAttr("adj_x"))
        .map(s -> s.dim(product.boolAttr("adj_y") ? 0 : 1));
  }

  private static long channels(Node product, Shape weight) {
    return switch (product.op()) {
      case "MatMul" -> weight.dim(product.boolAttr("transpose_b") ? 0 : 1);
      case "DepthwiseConv2dNative" -> Math.multiplyExact(weight.dim(2), weight.dim(3));
      case "Conv2DBackpropInput", "Conv3DBackpropInputV2" -> weight.dim(weight.rank() - 2);
      default -> weight.dim(weight.rank() - 1);
    };
  }

  private static Node fused(String name, Endpoint bias, Node product) {
    List<Endpoint> inputs = new ArrayList<>(product.inputs());
    inputs.add(bias);
    return new Node(
        name,
        product.op(),
        inputs,
        List.of(),
        Rewriting.with(product.attrs(), "fused_bias", new Attr.Bool(true)));
  }
}

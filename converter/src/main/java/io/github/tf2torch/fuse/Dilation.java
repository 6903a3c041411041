package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A convolution between SpaceToBatchND and BatchToSpaceND, which is how TensorFlow wrote a dilated
 * one before it had dilations. What is padded and cropped again was never there.
 */
final class Dilation implements Pass {
  private static final Set<String> CONVOLUTIONS = Set.of("Conv2D", "DepthwiseConv2dNative");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (node.op().equals("BatchToSpaceND")) {
        dilated(node, nodes).ifPresent(conv -> rewriting.replace(node, conv));
      }
    }
    return rewriting.apply(graph);
  }

  private static Optional<Node> dilated(Node toSpace, Nodes nodes) {
    Optional<Node> conv =
        nodes.hiddenMaker(toSpace.input(0), CONVOLUTIONS).filter(Dilation::isPlain);
    Optional<Node> toBatch =
        conv.flatMap(c -> nodes.hiddenMaker(c.input(0), Set.of("SpaceToBatchND")));
    if (toBatch.isEmpty()) {
      return Optional.empty();
    }
    Optional<TensorValue> block = nodes.constant(toSpace.input(1));
    Optional<TensorValue> other = nodes.constant(toBatch.get().input(1));
    Optional<TensorValue> crops = nodes.constant(toSpace.input(2));
    Optional<TensorValue> pads = nodes.constant(toBatch.get().input(2));
    boolean isKnown = block.isPresent() && other.isPresent() && crops.isPresent();
    if (!isKnown || pads.isEmpty() || !sameTwo(block.get(), other.get())) {
      return Optional.empty();
    }
    long[] left = pads.get().longs();
    Arrays.setAll(left, i -> left[i] - crops.get().longAt(i));
    return Arrays.stream(left).anyMatch(p -> p < 0)
        ? Optional.empty()
        : Optional.of(
            conv(toSpace.name(), conv.get(), toBatch.get().input(0), block.get().longs(), left));
  }

  private static boolean sameTwo(TensorValue block, TensorValue other) {
    return block.shape().count() == 2 && Arrays.equals(block.longs(), other.longs());
  }

  static boolean isPlain(Node conv) {
    return conv.textAttr("padding").equals("VALID")
        && conv.textAttr("data_format").equals("NHWC")
        && conv.intsAttr("strides").stream().allMatch(s -> s == 1)
        && (!conv.hasAttr("dilations")
            || conv.intsAttr("dilations").stream().allMatch(d -> d == 1));
  }

  private static Node conv(String name, Node conv, Endpoint x, long[] block, long[] pads) {
    Map<String, Attr> attrs =
        Rewriting.with(conv.attrs(), "dilations", ints(1, block[0], block[1], 1));
    attrs = Rewriting.with(attrs, "padding", new Attr.Text("EXPLICIT"));
    attrs =
        Rewriting.with(
            attrs, "explicit_paddings", ints(0, 0, pads[0], pads[1], pads[2], pads[3], 0, 0));
    List<Endpoint> inputs = new ArrayList<>(conv.inputs());
    inputs.set(0, x);
    return new Node(name, conv.op(), inputs, List.of(), attrs);
  }

  static Attr ints(long... values) {
    return new Attr.ListOf(Arrays.stream(values).mapToObj(v -> (Attr) new Attr.Int(v)).toList());
  }
}

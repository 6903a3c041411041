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
import java.util.OptionalLong;
import java.util.Set;

/**
 * A convolution along time between SpaceToBatchND and BatchToSpaceND, as {@code tf.nn.convolution}
 * writes a dilated one. What is padded up to a multiple of the rate is cropped again, so that it
 * does not matter how much that is where the length is not known.
 */
final class Dilation1d implements Pass {
  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (node.op().equals("BatchToSpaceND")) {
        dilated(node, nodes).ifPresent(all -> rewriting.replace(node, all));
      }
    }
    return rewriting.apply(graph);
  }

  private static Optional<List<Node>> dilated(Node toSpace, Nodes nodes) {
    Optional<Node> squeeze =
        nodes
            .hiddenMaker(toSpace.input(0), Set.of("Squeeze"))
            .filter(s -> isHeight(s.intsAttr("squeeze_dims")));
    Optional<Node> conv =
        squeeze
            .flatMap(s -> nodes.hiddenMaker(s.input(0), Set.of("Conv2D")))
            .filter(Dilation::isPlain);
    Optional<Node> expand =
        conv.flatMap(c -> nodes.hiddenMaker(c.input(0), Set.of("ExpandDims")))
            .filter(e -> nodes.constant(e.input(1)).filter(Dilation1d::isHeight).isPresent());
    Optional<Node> toBatch =
        expand.flatMap(e -> nodes.hiddenMaker(e.input(0), Set.of("SpaceToBatchND")));
    if (toBatch.isEmpty()) {
      return Optional.empty();
    }
    Optional<TensorValue> block = nodes.constant(toSpace.input(1));
    Optional<TensorValue> other = nodes.constant(toBatch.get().input(1));
    Optional<List<Long>> pads = left(toBatch.get().input(2), toSpace.input(2), nodes);
    boolean isOne =
        block.isPresent()
            && other.isPresent()
            && block.get().shape().count() == 1
            && Arrays.equals(block.get().longs(), other.get().longs());
    if (!isOne || pads.isEmpty()) {
      return Optional.empty();
    }
    Node input =
        renamed(expand.get(), toSpace, "input", toBatch.get().input(0), expand.get().attrs());
    Map<String, Attr> attrs =
        Rewriting.with(
            conv.get().attrs(), "dilations", Dilation.ints(1, 1, block.get().longAt(0), 1));
    attrs = Rewriting.with(attrs, "padding", new Attr.Text("EXPLICIT"));
    attrs =
        Rewriting.with(
            attrs,
            "explicit_paddings",
            Dilation.ints(0, 0, 0, 0, pads.get().get(0), pads.get().get(1), 0, 0));
    Node dilated = renamed(conv.get(), toSpace, "conv", input.output(0), attrs);
    Node output =
        new Node(
            toSpace.name(),
            "Squeeze",
            List.of(dilated.output(0)),
            List.of(),
            squeeze.get().attrs());
    return Optional.of(List.of(input, dilated, output));
  }

  /** What is padded and not cropped; empty where that is not known, or less than nothing. */
  private static Optional<List<Long>> left(Endpoint pads, Endpoint crops, Nodes nodes) {
    WholeNumbers numbers = new WholeNumbers(nodes);
    Optional<List<WholeNumbers.Element>> padded = numbers.of(pads);
    Optional<List<WholeNumbers.Element>> cropped = numbers.of(crops);
    if (padded.isEmpty()
        || cropped.isEmpty()
        || padded.get().size() != 2
        || cropped.get().size() != 2) {
      return Optional.empty();
    }
    List<Long> left = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      OptionalLong kept = padded.get().get(i).minus(cropped.get().get(i));
      if (kept.isEmpty() || kept.getAsLong() < 0) {
        return Optional.empty();
      }
      left.add(kept.getAsLong());
    }
    return Optional.of(left);
  }

  private static boolean isHeight(List<Long> axes) {
    return axes.size() == 1 && (axes.get(0) == -3 || axes.get(0) == 1);
  }

  private static boolean isHeight(TensorValue axis) {
    return axis.shape().count() == 1 && (axis.longAt(0) == -3 || axis.longAt(0) == 1);
  }

  private static Node renamed(
      Node node, Node place, String part, Endpoint input, Map<String, Attr> attrs) {
    List<Endpoint> inputs = new ArrayList<>(node.inputs());
    inputs.set(0, input);
    return new Node(place.name() + "/" + part, node.op(), inputs, List.of(), attrs);
  }
}

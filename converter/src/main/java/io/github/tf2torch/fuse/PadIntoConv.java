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
import java.util.Set;

/** Symmetric zero padding before a convolution, as the convolution's own padding. */
final class PadIntoConv implements Pass {
  private static final Set<String> CONVOLUTIONS = Set.of("Conv2D", "DepthwiseConv2dNative");
  private static final Set<String> PADS = Set.of("Pad", "PadV2");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (CONVOLUTIONS.contains(node.op()) && node.textAttr("padding").equals("VALID")) {
        nodes
            .hiddenMaker(node.input(0), PADS)
            .filter(pad -> isZero(pad, nodes))
            .flatMap(
                pad ->
                    nodes
                        .constant(pad.input(1))
                        .filter(p -> isSymmetric(p, node.textAttr("data_format")))
                        .map(p -> padded(node, pad.input(0), p)))
            .ifPresent(conv -> rewriting.replace(node, conv));
      }
    }
    return rewriting.apply(graph);
  }

  private static boolean isZero(Node pad, Nodes nodes) {
    return pad.op().equals("Pad")
        || nodes.constant(pad.input(2)).filter(c -> c.doubleAt(0) == 0).isPresent();
  }

  private static boolean isSymmetric(TensorValue paddings, String dataFormat) {
    if (!paddings.shape().dims().equals(List.of(4L, 2L))) {
      return false;
    }
    int channelAxis = dataFormat.equals("NCHW") ? 1 : 3;
    for (int axis = 0; axis < 4; axis++) {
      long before = paddings.longAt(2L * axis);
      boolean mustBeZero = axis == 0 || axis == channelAxis;
      if (before != paddings.longAt(2L * axis + 1) || mustBeZero && before != 0) {
        return false;
      }
    }
    return true;
  }

  private static Node padded(Node conv, Endpoint x, TensorValue paddings) {
    List<Endpoint> inputs = new ArrayList<>(conv.inputs());
    inputs.set(0, x);
    List<Attr> all = Arrays.stream(paddings.longs()).mapToObj(p -> (Attr) new Attr.Int(p)).toList();
    Map<String, Attr> attrs =
        Rewriting.with(
            Rewriting.with(conv.attrs(), "padding", new Attr.Text("EXPLICIT")),
            "explicit_paddings",
            new Attr.ListOf(all));
    return new Node(conv.name(), conv.op(), inputs, conv.controlInputs(), attrs);
  }
}

package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rank of an input of which the file says none, by the first op that takes tensors of one rank
 * alone: a matrix product takes matrices, a convolution batches of images.
 */
public final class InputRanks {
  private static final long FREE = -1;
  private static final int IMAGE_RANK = 4;
  private static final Set<String> CONVOLUTIONS = Set.of("Conv2D", "DepthwiseConv2dNative");
  private static final Set<String> OF_IMAGES =
      Set.of(
          "MaxPool",
          "AvgPool",
          "FusedBatchNorm",
          "FusedBatchNormV2",
          "FusedBatchNormV3",
          "ResizeBilinear",
          "ResizeNearestNeighbor");

  /** One tensor in, one of the same rank out. */
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "Identity", "StopGradient", "Cast", "Relu", "Relu6", "Elu", "Tanh", "Sigmoid", "Square");

  private static final Set<String> READS = Set.of("Identity", "ReadVariableOp");

  private final Graph graph;
  private final Map<String, Node> nodes;
  private final Map<String, Shape> shapes = new HashMap<>();

  private InputRanks(TfModel model) {
    this.graph = model.graph();
    this.nodes = graph.byName();
    Map<String, Shape> stored = new HashMap<>();
    model.variables().forEach(v -> stored.put(v.name(), v.shape()));
    model.handles().forEach((node, variable) -> shapes.put(node, stored.get(variable)));
  }

  /** The same model, with what its graph asks of such inputs, said under what is assumed. */
  public static TfModel completed(TfModel model) {
    Signature signature = model.signature();
    if (signature.inputs().stream().allMatch(i -> i.dims().isPresent())) {
      return model;
    }
    InputRanks ranks = new InputRanks(model);
    List<String> said = new ArrayList<>();
    List<Signature.Tensor> inputs =
        signature.inputs().stream().map(i -> ranks.completed(i, said)).toList();
    return said.isEmpty()
        ? model
        : model.withSignature(new Signature(signature.name(), inputs, signature.outputs()), said);
  }

  private Signature.Tensor completed(Signature.Tensor input, List<String> said) {
    Optional<Dims> asked = input.dims().isPresent() ? Optional.empty() : asked(input.endpoint());
    if (asked.isEmpty()) {
      return input;
    }
    said.add(
        "input %s is of rank %d, as the op that takes it asks; the file says none"
            .formatted(input.key(), asked.get().rank()));
    return new Signature.Tensor(input.key(), input.endpoint(), input.dtype(), asked);
  }

  private Optional<Dims> asked(Endpoint input) {
    Set<Endpoint> seen = new HashSet<>(Set.of(input));
    Deque<Endpoint> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Endpoint endpoint = open.remove();
      for (Node user : graph.nodes()) {
        int place = user.inputs().indexOf(endpoint);
        Optional<Dims> asked = place < 0 ? Optional.empty() : asked(user, place);
        if (asked.isPresent()) {
          return asked;
        }
        if (place >= 0 && ELEMENTWISE.contains(user.op()) && seen.add(user.output(0))) {
          open.add(user.output(0));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Dims> asked(Node user, int place) {
    if (user.op().equals("MatMul")) {
      return Optional.of(matrix(user, place));
    }
    boolean isConvolution = CONVOLUTIONS.contains(user.op());
    return place == 0 && (isConvolution || OF_IMAGES.contains(user.op()))
        ? Optional.of(image(user, isConvolution))
        : Optional.empty();
  }

  private Dims matrix(Node product, int place) {
    boolean isFlipped = product.boolAttr(place == 0 ? "transpose_a" : "transpose_b");
    boolean isOtherFlipped = product.boolAttr(place == 0 ? "transpose_b" : "transpose_a");
    Long[] extents = {FREE, FREE};
    extents[(place == 0) == isFlipped ? 0 : 1] =
        extent(product.input(1 - place), (place == 0) == isOtherFlipped ? 1 : 0);
    return new Dims(List.of(extents));
  }

  private Dims image(Node node, boolean isConvolution) {
    Long[] extents = new Long[IMAGE_RANK];
    Arrays.fill(extents, FREE);
    if (isConvolution) {
      boolean isFirst = node.textAttr("data_format").startsWith("NC");
      extents[isFirst ? 1 : IMAGE_RANK - 1] = extent(node.input(1), 2);
    }
    return new Dims(List.of(extents));
  }

  /** Of a stored weight; free of anything else. */
  private long extent(Endpoint weight, int axis) {
    Node node = nodes.get(weight.node());
    while (node != null && READS.contains(node.op())) {
      node = nodes.get(node.input(0).node());
    }
    return Optional.ofNullable(node)
        .map(n -> shapes.get(n.name()))
        .filter(shape -> shape.rank() > axis)
        .map(shape -> shape.dim(axis))
        .orElse(FREE);
  }
}

package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * {@code softmax(query @ key.T * scale) @ value}, as products of matrices or as einsum write it,
 * with the scale on the scores or on one of their factors. Scores that are masked or dropped, or
 * that anything else reads, stay what they are.
 */
final class Attention implements Pass {
  /** The op of the node; its inputs are query, key and value of shape (..., places, depth). */
  static final String OP = Node.FUSED + "Attention";

  private static final Set<String> PRODUCTS =
      Set.of("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (PRODUCTS.contains(node.op())) {
        ProductForm.of(node).stream()
            .flatMap(form -> fused(node, form, nodes).stream())
            .findFirst()
            .ifPresent(all -> rewriting.replace(node, all));
      }
    }
    return rewriting.apply(graph);
  }

  private static Optional<List<Node>> fused(Node last, ProductForm answers, Nodes nodes) {
    Optional<Node> softmax =
        answers.ofLeft().isNone()
            ? nodes.hiddenMaker(answers.left(), Set.of("Softmax"))
            : Optional.empty();
    if (softmax.isEmpty()) {
      return Optional.empty();
    }
    ScaledFactor scores = ScaledFactor.ofHidden(softmax.get().input(0), nodes);
    return nodes.hiddenMaker(scores.tensor(), PRODUCTS).map(ProductForm::of).stream()
        .flatMap(List::stream)
        .filter(form -> form.ofProduct().then(scores.moves()).isNone())
        .findFirst()
        .flatMap(form -> fused(last, answers, form, scores.scale(), nodes));
  }

  private static Optional<List<Node>> fused(
      Node last, ProductForm answers, ProductForm scores, double scale, Nodes nodes) {
    ScaledFactor query = ScaledFactor.of(scores.left(), nodes);
    ScaledFactor key = ScaledFactor.of(scores.right(), nodes);
    ScaledFactor value = new ScaledFactor(answers.right(), AxisMoves.NONE, 1);
    double[] scales =
        DoubleStream.of(scale, query.scale(), key.scale()).filter(s -> s != 1).toArray();
    Optional<List<Integer>> ofQuery = query.moves().then(scores.ofLeft()).order();
    Optional<List<Integer>> ofKey = key.moves().then(scores.ofRight()).turned().order();
    Optional<List<Integer>> ofValue = answers.ofRight().order();
    Optional<List<Integer>> ofAnswer = answers.ofProduct().order();
    boolean isKnown =
        ofQuery.isPresent() && ofKey.isPresent() && ofValue.isPresent() && ofAnswer.isPresent();
    if (!isKnown || scales.length > 1 || scales.length == 1 && Double.isNaN(scales[0])) {
      return Optional.empty();
    }
    String name = last.name();
    List<Node> made = new ArrayList<>();
    List<Endpoint> inputs =
        List.of(
            moved(query, ofQuery.get(), name + "/query", made),
            moved(key, ofKey.get(), name + "/key", made),
            moved(value, ofValue.get(), name + "/value", made));
    boolean isPlain = answers.ofProduct().isNone();
    Node attention =
        new Node(
            isPlain ? name : name + "/attention",
            OP,
            inputs,
            List.of(),
            Map.of("scale", new Attr.Float(scales.length == 0 ? 1 : (float) scales[0])));
    made.add(attention);
    if (!isPlain) {
      moved(attention.output(0), ofAnswer.get(), name, made);
    }
    return Optional.of(made);
  }

  private static Endpoint moved(
      ScaledFactor factor, List<Integer> order, String name, List<Node> made) {
    return AxisMoves.of(order).isNone()
        ? factor.tensor()
        : moved(factor.tensor(), order, name, made);
  }

  private static Endpoint moved(
      Endpoint tensor, List<Integer> order, String name, List<Node> made) {
    long[] axes = order.stream().mapToLong(Integer::longValue).toArray();
    Node axesInOrder =
        Folding.constant(
            name + "/order", TensorValue.ofLongs(DType.INT32, Shape.of(axes.length), axes));
    made.add(axesInOrder);
    made.add(
        new Node(name, "Transpose", List.of(tensor, axesInOrder.output(0)), List.of(), Map.of()));
    return new Endpoint(name, 0);
  }
}

package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.graph.MovingAverages.Average;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A training graph as it answers at inference. Where a program was written for training alone,
 * batch normalization takes the averages that the graph keeps in the place of the batch's own, and
 * dropout drops nothing. What was so in training is noted at the nodes: {@code update} and {@code
 * sample} at a variable that follows the batch, {@code rate} at a node that dropped.
 */
final class InferenceForm {
  private static final Set<String> CHANGES_OR_CHOOSES =
      Set.of(
          "Assign",
          "AssignAdd",
          "AssignSub",
          "AssignVariableOp",
          "AssignAddVariableOp",
          "AssignSubVariableOp",
          "If",
          "StatelessIf");
  private static final Set<String> SWITCHES = Set.of("Switch", "RefSwitch");

  private final TrainingGraph graph;
  private final Set<NodeDef> needed;
  private final Map<String, Average> averages;
  private final Map<String, NodeDef> changed = new HashMap<>();
  private final List<NodeDef> added = new ArrayList<>();
  private final Set<String> norms = new LinkedHashSet<>();
  private final Set<String> dropouts = new LinkedHashSet<>();

  private InferenceForm(TrainingGraph graph, Set<NodeDef> needed, Map<String, Average> averages) {
    this.graph = graph;
    this.needed = needed;
    this.averages = averages;
  }

  /**
   * @param needed the nodes that the model's results are made of
   * @param trainable the nodes whose variables an optimizer moves
   */
  static InferenceForm of(
      GraphDef stored, OpTable ops, Set<NodeDef> needed, Set<String> trainable) {
    Map<String, Average> averages = averages(stored, ops);
    averages.keySet().removeAll(trainable);
    InferenceForm form = new InferenceForm(new TrainingGraph(stored), needed, averages);
    form.noteAverages();
    form.takeAveragesInFusedNorms(ops);
    form.takeAveragesInArithmetic();
    form.dropNothing();
    return form;
  }

  private static Map<String, Average> averages(GraphDef stored, OpTable ops) {
    List<Signature.Tensor> updates =
        stored.getNodeList().stream()
            .filter(n -> CHANGES_OR_CHOOSES.contains(n.getOp()))
            .map(n -> new Endpoint(n.getName(), 0))
            .map(e -> new Signature.Tensor(e.node(), e, DType.FLOAT32, Optional.empty()))
            .toList();
    if (updates.isEmpty()) {
      return new LinkedHashMap<>();
    }
    try {
      Signature all = new Signature("updates", List.of(), updates);
      Graph graph = NodeReader.graph(SignatureGraph.of(stored, ops, all).graph());
      return new LinkedHashMap<>(MovingAverages.of(graph));
    } catch (UnsupportedFile unread) {
      return new LinkedHashMap<>(); // an op of the training part alone that nobody knows
    }
  }

  private void noteAverages() {
    averages.forEach(
        (holder, average) ->
            graph
                .maker(holder)
                .ifPresent(
                    node ->
                        changed.put(
                            holder,
                            node.toBuilder()
                                .putAttr(Node.IN_TRAINING + "update", real(average.share()))
                                .putAttr(Node.IN_TRAINING + "sample", bool(average.isSample()))
                                .build())));
  }

  /** Outside of conds alone: there the other branch takes the averages. */
  private void takeAveragesInFusedNorms(OpTable ops) {
    Map<String, Map<Integer, String>> holders = new TreeMap<>();
    averages.forEach(
        (holder, average) ->
            average
                .batch()
                .map(b -> graph.origin(b, Set.of("Squeeze", "Reshape", "Cast", "Identity")))
                .ifPresent(
                    b ->
                        holders
                            .computeIfAbsent(b.node(), n -> new HashMap<>())
                            .put(b.index(), holder)));
    holders.forEach(
        (name, byOutput) -> {
          Optional<NodeDef> norm = graph.maker(name).filter(n -> isByBatch(ops.complete(n)));
          if (norm.isPresent() && byOutput.keySet().equals(Set.of(1, 2))) {
            List<String> inputs = new ArrayList<>(norm.get().getInputList().subList(0, 3));
            inputs.add(read(byOutput.get(1), name + "/moving_mean"));
            inputs.add(read(byOutput.get(2), name + "/moving_variance"));
            norm.get().getInputList().stream().filter(i -> i.startsWith("^")).forEach(inputs::add);
            changed.put(
                name,
                norm.get().toBuilder()
                    .clearInput()
                    .addAllInput(inputs)
                    .putAttr("is_training", bool(false))
                    .build());
            norms.add(name);
          }
        });
  }

  private boolean isByBatch(NodeDef node) {
    return MovingAverages.NORMS.contains(node.getOp())
        && TrainingGraph.attr(node, "is_training").getB()
        && node.getInputCount() >= 5
        && TrainingGraph.inputs(node).stream()
            .limit(3)
            .flatMap(i -> graph.maker(i).stream())
            .noneMatch(n -> SWITCHES.contains(n.getOp()));
  }

  private void takeAveragesInArithmetic() {
    for (Moments moments : Moments.of(averages, graph, needed)) {
      takeAverage(moments.mean(), moments.meanHolder());
      takeAverage(moments.variance(), moments.varianceHolder());
      norms.add(moments.mean().getName());
    }
  }

  private void takeAverage(NodeDef statistic, String holder) {
    String name = statistic.getName();
    changed.put(name, identity(name, read(holder, name + "/average"), type(holder)).build());
  }

  private void dropNothing() {
    for (NodeDef node : graph.nodes()) {
      Optional<ConstantDropout> found =
          needed.contains(node) ? ConstantDropout.at(node, graph) : Optional.empty();
      found.filter(d -> !isSwitched(d.x())).ifPresent(this::dropNothing);
    }
  }

  private void dropNothing(ConstantDropout dropout) {
    Optional<NodeDef> shape = graph.maker(dropout.noiseShape());
    boolean isGiven = shape.filter(n -> n.getOp().equals("Const")).isPresent();
    if (!isGiven && shape.filter(n -> n.getOp().equals("Shape")).isEmpty()) {
      return;
    }
    NodeDef last = dropout.last();
    NodeDef.Builder passes =
        identity(last.getName(), text(dropout.x()), TrainingGraph.attr(last, "T"))
            .putAttr(Node.IN_TRAINING + "rate", real(dropout.rate()));
    if (isGiven) {
      passes.putAttr(Node.IN_TRAINING + "noise_shape", TrainingGraph.attr(shape.get(), "value"));
    }
    changed.put(last.getName(), passes.build());
    dropouts.add(last.getName());
  }

  private boolean isSwitched(Endpoint x) {
    return graph.maker(x).filter(n -> SWITCHES.contains(n.getOp())).isPresent();
  }

  /** The value of a variable, by a node of its own. */
  private String read(String holder, String name) {
    boolean isResource = graph.maker(holder).orElseThrow().getOp().equals("VarHandleOp");
    NodeDef.Builder read =
        isResource
            ? NodeDef.newBuilder()
                .setName(name)
                .setOp("ReadVariableOp")
                .addInput(holder)
                .putAttr("dtype", type(holder))
            : identity(name, holder, type(holder));
    added.add(read.build());
    return name;
  }

  private AttrValue type(String holder) {
    return TrainingGraph.attr(graph.maker(holder).orElseThrow(), "dtype");
  }

  private static NodeDef.Builder identity(String name, String input, AttrValue type) {
    return NodeDef.newBuilder().setName(name).setOp("Identity").addInput(input).putAttr("T", type);
  }

  private static String text(Endpoint endpoint) {
    return endpoint.index() == 0 ? endpoint.node() : endpoint.toString();
  }

  private static AttrValue real(float value) {
    return AttrValue.newBuilder().setF(value).build();
  }

  private static AttrValue bool(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  /** One line for each kind of change. */
  List<String> assumed() {
    List<String> lines = new ArrayList<>();
    if (!norms.isEmpty()) {
      lines.add(
          "the graph only trains: at inference its moving averages take the place of "
              + String.join(", ", norms));
    }
    if (!dropouts.isEmpty()) {
      lines.add(
          "the graph only trains: at inference nothing is dropped at "
              + String.join(", ", dropouts));
    }
    return lines;
  }

  /** The graph with the changes. */
  GraphDef in(GraphDef stored) {
    if (changed.isEmpty()) {
      return stored;
    }
    GraphDef.Builder form = stored.toBuilder().clearNode();
    stored.getNodeList().forEach(n -> form.addNode(changed.getOrDefault(n.getName(), n)));
    return form.addAllNode(added).build();
  }
}

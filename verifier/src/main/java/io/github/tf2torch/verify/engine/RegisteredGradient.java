package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The operations by which TensorFlow's C++ registry differentiates one node. They are asked for in
 * a graph that holds this node alone and copied from there: {@code TF_AddGradients} goes over a
 * whole graph each time, and a network has hundreds of nodes of a few kinds.
 */
final class RegisteredGradient {
  /** {@code types.proto}: a reference to a type has its number and this. */
  private static final int REFERENCES = 100;

  private static final String NODE = "node";
  private static final String X = "x";
  private static final String DY = "dy";

  private final List<NodeDef> steps;
  private final List<Optional<String>> results;

  private RegisteredGradient(List<NodeDef> steps, List<Optional<String>> results) {
    this.steps = steps;
    this.results = results;
  }

  /**
   * What it depends on.
   *
   * @param node without its name and what it reads
   * @param inputs placeholders of these, of their types and as far as known their shapes
   * @param outputs numbers of those that gradients come to
   * @param places numbers of the inputs whose gradients are wanted
   */
  record Question(NodeDef node, List<NodeDef> inputs, List<Integer> outputs, List<Integer> places) {

    static Question of(
        NodeDef node, List<Output<?>> xs, List<Integer> outputs, List<Integer> places) {
      NodeDef.Builder bare = NodeDef.newBuilder().setName(NODE).setOp(node.getOp());
      node.getAttrMap().entrySet().stream()
          .filter(attr -> !attr.getKey().startsWith("_"))
          .forEach(attr -> bare.putAttr(attr.getKey(), attr.getValue()));
      List<NodeDef> inputs = new ArrayList<>();
      for (int i = 0; i < xs.size(); i++) {
        bare.addInput(X + i);
        inputs.add(placeholder(X + i, xs.get(i)));
      }
      return new Question(bare.build(), inputs, List.copyOf(outputs), List.copyOf(places));
    }
  }

  /**
   * Asks the registry.
   *
   * @throws org.tensorflow.exceptions.TensorFlowException where it has no gradient
   */
  static RegisteredGradient of(Question question) {
    GraphDef alone =
        GraphDef.newBuilder().addAllNode(question.inputs()).addNode(question.node()).build();
    int own = alone.getNodeCount();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(alone);
      GraphOperation node = graph.operation(NODE);
      List<Output<?>> ys = new ArrayList<>();
      List<Output<?>> dys = new ArrayList<>();
      for (int output : question.outputs()) {
        Output<?> y = node.output(output);
        ys.add(y);
        GraphOperation dy =
            graph
                .opBuilder("Placeholder", DY + output, graph.baseScope())
                .setAttr("dtype", y.dataType())
                .build();
        dys.add(dy.output(0));
        own++;
      }
      Output<?>[] dxs =
          graph.addGradients(
              "g",
              ys.toArray(Output<?>[]::new),
              question.places().stream()
                  .<Output<?>>map(i -> graph.operation(X + i).output(0))
                  .toArray(Output<?>[]::new),
              dys.toArray(Output<?>[]::new));
      List<Optional<String>> results = new ArrayList<>();
      for (Output<?> dx : dxs) {
        results.add(Optional.ofNullable(dx).map(d -> d.op().name() + ":" + d.index()));
      }
      List<NodeDef> all = graph.toGraphDef().getNodeList();
      return new RegisteredGradient(List.copyOf(all.subList(own, all.size())), results);
    }
  }

  private static NodeDef placeholder(String name, Output<?> x) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    if (x.shape().isUnknown()) {
      shape.setUnknownRank(true);
    } else {
      for (long extent : x.shape().asArray()) {
        shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(extent));
      }
    }
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Placeholder")
        .putAttr("dtype", AttrValue.newBuilder().setType(held(x.dataType())).build())
        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
        .build();
  }

  /** A reference to a variable is read as what the variable holds. */
  private static DataType held(DataType type) {
    int number = type.getNumber();
    return number > REFERENCES ? DataType.forNumber(number - REFERENCES) : type;
  }

  /**
   * Adds the operations to a graph.
   *
   * @param xs what the node reads
   * @param dys the gradients of the outputs that were asked about, in that order
   * @return by place asked for; empty where the node's value does not follow that input
   */
  List<Optional<Output<?>>> addTo(
      Graph graph,
      String prefix,
      Question question,
      GraphOperation node,
      List<Output<?>> xs,
      List<Output<?>> dys) {
    Map<String, Output<?>> known = new HashMap<>();
    for (int i = 0; i < xs.size(); i++) {
      known.put(X + i + ":0", xs.get(i));
    }
    for (int i = 0; i < node.numOutputs(); i++) {
      known.put(NODE + ":" + i, node.output(i));
    }
    for (int i = 0; i < dys.size(); i++) {
      known.put(DY + question.outputs().get(i) + ":0", dys.get(i));
    }
    for (NodeDef step : steps) {
      GraphOperation added = add(graph, prefix, step, known);
      for (int i = 0; i < added.numOutputs(); i++) {
        known.put(step.getName() + ":" + i, added.output(i));
      }
    }
    return results.stream().<Optional<Output<?>>>map(result -> result.map(known::get)).toList();
  }

  private static GraphOperation add(
      Graph graph, String prefix, NodeDef step, Map<String, Output<?>> known) {
    GraphOperationBuilder builder =
        graph.opBuilder(step.getOp(), prefix + "/" + step.getName(), graph.baseScope());
    List<Output<?>> inputs = new ArrayList<>();
    for (String input : step.getInputList()) {
      if (input.startsWith("^")) {
        builder.addControlInput(known.get(input.substring(1) + ":0").op());
      } else {
        Endpoint endpoint = Endpoint.parse(input);
        inputs.add(known.get(endpoint.node() + ":" + endpoint.index()));
      }
    }
    int next = 0;
    for (OpDef.ArgDef argument : TensorFlowLibrary.load().op(step.getOp()).getInputArgList()) {
      int count = FlatArgument.of(List.of(argument), step).size();
      if (argument.getNumberAttr().isEmpty() && argument.getTypeListAttr().isEmpty()) {
        builder.addInput(inputs.get(next));
      } else {
        builder.addInputList(inputs.subList(next, next + count).toArray(Output<?>[]::new));
      }
      next += count;
    }
    step.getAttrMap().forEach(builder::setAttr);
    return builder.build();
  }
}

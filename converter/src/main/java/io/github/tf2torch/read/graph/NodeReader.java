package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/** Turns a flat graph into the source model's graph. */
final class NodeReader {
  private static final int REFERENCE = 100; // types.proto: DT_FLOAT_REF = 101 and so on

  private final ConstantReader constants = new ConstantReader();

  private NodeReader() {}

  static Graph graph(FlatGraph flat) {
    NodeReader reader = new NodeReader();
    Map<String, Graph.Function> functions = new LinkedHashMap<>();
    flat.branches().forEach((name, branch) -> functions.put(name, reader.function(branch)));
    List<Node> nodes = flat.nodes().stream().map(n -> reader.node(n, Map.of())).toList();
    return new Graph(OldSpellings.replaced(nodes), functions);
  }

  /** The node that stands for a branch's argument; its name is unique in the whole graph. */
  static String argument(String branch, String argument) {
    return branch + "/" + argument;
  }

  private Graph.Function function(FlatGraph.Branch branch) {
    Map<String, String> arguments = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (OpDef.ArgDef arg : branch.signature().getInputArgList()) {
      String name = argument(branch.name(), arg.getName());
      arguments.put(arg.getName(), name);
      nodes.add(new Node(name, "Placeholder", List.of(), List.of(), attrsOf(arg)));
    }
    branch.nodes().forEach(n -> nodes.add(node(n, arguments)));
    return new Graph.Function(
        branch.name(),
        List.copyOf(arguments.values()),
        new Graph(OldSpellings.replaced(nodes), Map.of()),
        branch.results().stream().map(r -> renamed(r, arguments)).toList());
  }

  private static Map<String, Attr> attrsOf(OpDef.ArgDef arg) {
    return Map.of("dtype", type(arg.getTypeValue()), "shape", new Attr.ShapeOf(Optional.empty()));
  }

  private static Endpoint renamed(Endpoint endpoint, Map<String, String> arguments) {
    String argument = arguments.get(endpoint.node());
    return argument == null ? endpoint : new Endpoint(argument, 0);
  }

  private Node node(FlatNode flat, Map<String, String> arguments) {
    Map<String, Attr> attrs = new TreeMap<>();
    flat.def()
        .getAttrMap()
        .forEach(
            (name, value) -> {
              if (!name.startsWith("_") || name.startsWith(Node.IN_TRAINING)) {
                attr(flat.name(), value).ifPresent(a -> attrs.put(name, a));
              }
            });
    return new Node(
        flat.name(),
        flat.op(),
        flat.inputs().stream().map(i -> renamed(i, arguments)).toList(),
        flat.controls(),
        attrs);
  }

  private Optional<Attr> attr(String node, AttrValue value) {
    return switch (value.getValueCase()) {
      case S -> Optional.of(new Attr.Text(value.getS().toStringUtf8()));
      case I -> Optional.of(new Attr.Int(value.getI()));
      case F -> Optional.of(new Attr.Float(value.getF()));
      case B -> Optional.of(new Attr.Bool(value.getB()));
      case TYPE -> Optional.of(type(value.getTypeValue()));
      case SHAPE -> Optional.of(new Attr.ShapeOf(dims(value.getShape())));
      case TENSOR -> constants.read(node, value.getTensor());
      case FUNC -> Optional.of(new Attr.Function(value.getFunc().getName()));
      case LIST -> Optional.of(new Attr.ListOf(list(node, value.getList())));
      case PLACEHOLDER, VALUE_NOT_SET -> Optional.empty();
    };
  }

  private List<Attr> list(String node, AttrValue.ListValue list) {
    List<Attr> values = new ArrayList<>();
    list.getSList().forEach(s -> values.add(new Attr.Text(s.toStringUtf8())));
    list.getIList().forEach(i -> values.add(new Attr.Int(i)));
    list.getFList().forEach(f -> values.add(new Attr.Float(f)));
    list.getBList().forEach(b -> values.add(new Attr.Bool(b)));
    list.getTypeValueList().forEach(t -> values.add(type(t)));
    list.getShapeList().forEach(s -> values.add(new Attr.ShapeOf(dims(s))));
    list.getTensorList().forEach(t -> constants.read(node, t).ifPresent(values::add));
    list.getFuncList().forEach(f -> values.add(new Attr.Function(f.getName())));
    return values;
  }

  /** A type that this project does not know stays readable as text. */
  private static Attr type(int number) {
    return dtype(number).<Attr>map(Attr.Type::new).orElseGet(() -> new Attr.Text("DT_" + number));
  }

  /** The type of that number; a TF1 reference is of the type that it refers to. */
  static Optional<DType> dtype(int number) {
    return DType.ofTensorflow(number > REFERENCE ? number - REFERENCE : number);
  }

  static Optional<Dims> dims(TensorShapeProto shape) {
    return shape.getUnknownRank()
        ? Optional.empty()
        : Optional.of(new Dims(shape.getDimList().stream().map(d -> d.getSize()).toList()));
  }
}

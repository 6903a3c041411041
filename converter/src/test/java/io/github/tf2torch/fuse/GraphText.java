package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A graph written as text, a node a line, and printed so again.
 *
 * <pre>
 * k = VariableV2 [3, 3, 2, 4]          a variable; VarHandleOp likewise
 * p = Const 0 0 1 1 : 2 2              elements, and the shape where it isn't a vector or scalar
 * y = Conv2D(x, k, ^w) padding=SAME    inputs, control inputs, attributes that differ from defaults
 * f(a, b) {                            a function; its result is the last node
 * }
 * </pre>
 */
final class GraphText {
  private static final Pattern LINE = Pattern.compile("(\\S+) = (\\S+?)(?:\\((.*?)\\))?(?: (.*))?");
  private static final Set<String> SOURCES =
      Set.of("Const", "Variable", "Placeholder", "VariableV2", "VarHandleOp");
  private static final Map<String, String> CONV =
      Map.of("padding", "VALID", "strides", "[1,1,1,1]", "data_format", "NHWC");
  private static final Map<String, String> NORM =
      Map.of("is_training", "false", "epsilon", "0.001", "data_format", "NHWC");

  /** What a reader would have filled in. */
  private static final Map<String, Map<String, String>> DEFAULTS =
      Map.of(
          "Conv2D",
          CONV,
          "DepthwiseConv2dNative",
          CONV,
          "MatMul",
          Map.of("transpose_a", "false", "transpose_b", "false"),
          "BiasAdd",
          Map.of("data_format", "NHWC"),
          "FusedBatchNorm",
          NORM,
          "FusedBatchNormV2",
          NORM,
          "FusedBatchNormV3",
          NORM,
          "Squeeze",
          Map.of("squeeze_dims", "[]"),
          "Prod",
          Map.of("keep_dims", "false"),
          "Pack",
          Map.of("axis", "0"));

  private static final Map<String, String> NO_MASKS =
      Map.of(
          "begin_mask", "0",
          "end_mask", "0",
          "ellipsis_mask", "0",
          "new_axis_mask", "0",
          "shrink_axis_mask", "0");

  private final List<Variable> variables = new ArrayList<>();
  private final Map<String, String> handles = new HashMap<>();
  private final Map<String, Graph.Function> functions = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  /** The model whose outputs are the last node's and those that are named. */
  static TfModel model(String text, String... outputs) {
    GraphText graph = new GraphText();
    graph.parse(text);
    return graph.model(outputs);
  }

  /** What is left after fusion, sources apart. */
  static List<String> fused(String text, String... outputs) {
    return lines(Fusion.fuse(model(text, outputs)));
  }

  static List<String> lines(Graph graph) {
    return graph.nodes().stream()
        .filter(n -> !SOURCES.contains(n.op()))
        .map(GraphText::line)
        .toList();
  }

  private static String line(Node node) {
    Map<String, String> defaults = defaults(node.op());
    String attrs =
        new TreeMap<>(node.attrs())
            .entrySet().stream()
                .filter(e -> !text(e.getValue()).equals(defaults.get(e.getKey())))
                .map(e -> " " + e.getKey() + "=" + text(e.getValue()))
                .collect(Collectors.joining());
    String inputs =
        node.inputs().stream()
            .map(e -> e.index() == 0 ? e.node() : e.toString())
            .collect(Collectors.joining(", "));
    return node.name() + " = " + node.op() + "(" + inputs + ")" + attrs;
  }

  private static Map<String, String> defaults(String op) {
    return op.equals("StridedSlice") ? NO_MASKS : DEFAULTS.getOrDefault(op, Map.of());
  }

  private void parse(String text) {
    String function = "";
    List<String> body = new ArrayList<>();
    for (String line : text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      if (line.endsWith("{")) {
        function = line;
      } else if (line.equals("}")) {
        function(function, body);
        function = "";
        body.clear();
      } else if (function.isEmpty()) {
        nodes.add(node(line));
      } else {
        body.add(line);
      }
    }
  }

  private void function(String head, List<String> lines) {
    String name = head.substring(0, head.indexOf('('));
    String between = head.substring(head.indexOf('(') + 1, head.indexOf(')'));
    List<String> arguments = between.isEmpty() ? List.of() : List.of(between.split(", "));
    List<Node> body =
        new ArrayList<>(
            arguments.stream()
                .map(a -> new Node(a, "Placeholder", List.of(), List.of(), Map.of()))
                .toList());
    lines.forEach(l -> body.add(node(l)));
    Endpoint result = body.get(body.size() - 1).output(0);
    functions.put(
        name, new Graph.Function(name, arguments, new Graph(body, Map.of()), List.of(result)));
  }

  private Node node(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException(line);
    }
    String name = parts.group(1);
    String op = parts.group(2);
    String rest = Optional.ofNullable(parts.group(4)).orElse("");
    List<String> given =
        parts.group(3) == null || parts.group(3).isEmpty()
            ? List.of()
            : List.of(parts.group(3).split(", "));
    Map<String, Attr> attrs = new HashMap<>();
    defaults(op).forEach((k, v) -> attrs.put(k, attr(v)));
    switch (op) {
      case "Const" -> attrs.put("value", new Attr.Tensor(constant(rest)));
      case "VariableV2", "VarHandleOp" -> variable(name, rest);
      default -> {
        for (String pair : rest.isEmpty() ? new String[0] : rest.split(" ")) {
          attrs.put(
              pair.substring(0, pair.indexOf('=')), attr(pair.substring(pair.indexOf('=') + 1)));
        }
      }
    }
    return new Node(
        name,
        op,
        given.stream().filter(i -> !i.startsWith("^")).map(Endpoint::parse).toList(),
        given.stream().filter(i -> i.startsWith("^")).map(i -> i.substring(1)).toList(),
        attrs);
  }

  private void variable(String name, String dims) {
    Shape shape = Shape.of(longs(dims));
    variables.add(new Variable(name, name, DType.FLOAT32, shape, Role.WEIGHT, List.of()));
    handles.put(name, name);
  }

  private static long[] longs(String list) {
    String inner = list.replaceAll("[\\[\\] ]", "");
    return inner.isEmpty()
        ? new long[0]
        : Arrays.stream(inner.split(",")).mapToLong(Long::parseLong).toArray();
  }

  /** Whole numbers are int32, others float32; one element alone is a scalar. */
  static TensorValue constant(String text) {
    String[] halves = text.split(" ?: ?", -1);
    String[] elements = halves[0].isEmpty() ? new String[0] : halves[0].split(" ");
    Shape shape =
        halves.length > 1
            ? Shape.of(longs(halves[1].replace(' ', ',')))
            : elements.length == 1 ? Shape.of() : Shape.of(elements.length);
    boolean isWhole = Arrays.stream(elements).noneMatch(e -> e.contains("."));
    return isWhole
        ? TensorValue.ofLongs(
            DType.INT32, shape, Arrays.stream(elements).mapToLong(Long::parseLong).toArray())
        : TensorValue.ofDoubles(
            DType.FLOAT32,
            shape,
            Arrays.stream(elements).mapToDouble(Double::parseDouble).toArray());
  }

  private static Attr attr(String text) {
    if (text.startsWith("[")) {
      return new Attr.ListOf(
          Arrays.stream(longs(text)).mapToObj(v -> (Attr) new Attr.Int(v)).toList());
    }
    if (text.matches("-?\\d+")) {
      return new Attr.Int(Long.parseLong(text));
    }
    if (text.matches("-?\\d+\\.\\d*")) {
      return new Attr.Float(Float.parseFloat(text));
    }
    if (text.equals("true") || text.equals("false")) {
      return new Attr.Bool(text.equals("true"));
    }
    if (text.startsWith("@")) {
      return new Attr.Function(text.substring(1));
    }
    return Arrays.stream(DType.values())
        .filter(d -> d.name().equals(text))
        .<Attr>map(Attr.Type::new)
        .findFirst()
        .orElse(new Attr.Text(text));
  }

  private static String text(Attr attr) {
    if (attr instanceof Attr.Int a) {
      return Long.toString(a.value());
    }
    if (attr instanceof Attr.Float a) {
      return Float.toString(a.value());
    }
    if (attr instanceof Attr.Bool a) {
      return Boolean.toString(a.value());
    }
    if (attr instanceof Attr.Text a) {
      return a.value();
    }
    if (attr instanceof Attr.ListOf a) {
      return a.values().stream().map(GraphText::text).collect(Collectors.joining(",", "[", "]"));
    }
    if (attr instanceof Attr.Type a) {
      return a.value().name();
    }
    if (attr instanceof Attr.Function a) {
      return "@" + a.name();
    }
    return attr.toString();
  }

  private TfModel model(String... outputs) {
    List<String> all = new ArrayList<>(List.of(nodes.get(nodes.size() - 1).name()));
    all.addAll(List.of(outputs));
    Signature signature =
        new Signature(
            "serving_default",
            nodes.stream().filter(n -> n.op().equals("Placeholder")).map(this::input).toList(),
            all.stream()
                .map(
                    o ->
                        new Signature.Tensor(o, Endpoint.parse(o), DType.FLOAT32, Optional.empty()))
                .toList());
    return new TfModel(
        new Provenance("test", "SavedModel", ""),
        variables,
        new Graph(nodes, functions),
        List.of(signature),
        signature,
        handles,
        Optional.empty(),
        List.of(),
        (variable, offset, target) -> {},
        List.of());
  }

  private Signature.Tensor input(Node node) {
    return new Signature.Tensor(
        node.name(), node.output(0), DType.FLOAT32, Optional.of(Dims.of(-1, 5, 7, 2)));
  }
}

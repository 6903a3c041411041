package io.github.tf2torch.translate;

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
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.write.python.PythonWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A fused graph written by hand. */
final class GraphBuilder {
  private final List<Node> nodes = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final List<Signature.Tensor> inputs = new ArrayList<>();
  private TranslationOptions options = new TranslationOptions("Net", false, false);

  GraphBuilder input(String name, long... extents) {
    Dims dims = Dims.of(extents);
    op(name, "Placeholder", List.of());
    inputs.add(new Signature.Tensor(name, new Endpoint(name, 0), DType.FLOAT32, Optional.of(dims)));
    return this;
  }

  GraphBuilder variable(String name, long... dims) {
    return unread(name, Role.WEIGHT, dims)
        .op(name, "Variable", List.of(), Map.of("variable", new Attr.Text(name)));
  }

  GraphBuilder unread(String name, Role role, long... dims) {
    variables.add(new Variable(name, name, DType.FLOAT32, Shape.of(dims), role, List.of()));
    return this;
  }

  GraphBuilder ints(String name, long... values) {
    return constant(name, TensorValue.ofLongs(DType.INT32, Shape.of(values.length), values));
  }

  GraphBuilder constant(String name, TensorValue value) {
    return op(name, "Const", List.of(), Map.of("value", new Attr.Tensor(value)));
  }

  GraphBuilder op(String name, String op, List<String> from) {
    return op(name, op, from, Map.of());
  }

  GraphBuilder op(String name, String op, List<String> from, Map<String, Attr> attrs) {
    nodes.add(new Node(name, op, from.stream().map(Endpoint::parse).toList(), List.of(), attrs));
    return this;
  }

  GraphBuilder conv(String name, String x, String kernel, String padding, long stride) {
    return op(name, "Conv2D", List.of(x, kernel), window(padding, stride));
  }

  GraphBuilder options(TranslationOptions other) {
    options = other;
    return this;
  }

  static Map<String, Attr> window(String padding, long stride) {
    Map<String, Attr> attrs = new LinkedHashMap<>();
    attrs.put("padding", new Attr.Text(padding));
    attrs.put("strides", list(1, stride, stride, 1));
    attrs.put("data_format", new Attr.Text("NHWC"));
    return attrs;
  }

  static Map<String, Attr> pool(String padding, long size, long stride) {
    Map<String, Attr> attrs = window(padding, stride);
    attrs.put("ksize", list(1, size, size, 1));
    return attrs;
  }

  static Attr list(long... values) {
    return new Attr.ListOf(Arrays.stream(values).mapToObj(v -> (Attr) new Attr.Int(v)).toList());
  }

  Translation translate(String... outputs) {
    List<Signature.Tensor> results =
        Arrays.stream(outputs)
            .map(
                o ->
                    new Signature.Tensor(
                        o.replace(":", "_"), Endpoint.parse(o), DType.FLOAT32, Optional.empty()))
            .toList();
    Signature signature = new Signature("serving_default", inputs, results);
    Graph graph = new Graph(nodes, Map.of());
    TfModel model =
        new TfModel(
            new Provenance("test", "SavedModel", ""),
            variables,
            graph,
            List.of(signature),
            signature,
            Map.of(),
            Optional.empty(),
            List.of(),
            (variable, offset, target) -> {},
            List.of());
    return Translator.translate(model, graph, options, RuleSet.installed());
  }

  /** The lines of forward. */
  List<String> forward(String... outputs) {
    return body(translate(outputs));
  }

  static List<String> body(Translation translation) {
    return PythonWriter.forward(translation.model());
  }

  static List<String> recipes(Translation translation) {
    return translation.model().tensors().stream()
        .map(t -> t.name() + " = " + t.recipe().describe())
        .toList();
  }
}

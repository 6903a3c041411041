package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a pass must know besides the graph.
 *
 * @param outputs the tensors that the model gives out, which must stay
 * @param handles node that stands for a variable → the variable
 */
record Setting(Set<Endpoint> outputs, Map<String, Variable> handles) {
  Setting {
    outputs = Set.copyOf(outputs);
    handles = Map.copyOf(handles);
  }

  static Setting of(TfModel model) {
    Set<Endpoint> outputs = new LinkedHashSet<>();
    model.signature().outputs().stream().map(Signature.Tensor::endpoint).forEach(outputs::add);
    Map<String, Variable> byName = new HashMap<>();
    model.variables().forEach(v -> byName.put(v.name(), v));
    Map<String, Variable> handles = new HashMap<>();
    model
        .handles()
        .forEach(
            (node, name) ->
                Optional.ofNullable(byName.get(name)).ifPresent(v -> handles.put(node, v)));
    return new Setting(outputs, handles);
  }

  boolean isOutput(Node node) {
    return outputs.stream().anyMatch(o -> o.node().equals(node.name()));
  }

  Optional<Variable> variable(Endpoint handle) {
    return Optional.ofNullable(handles.get(handle.node()));
  }

  /** The node that stands for reading a variable. */
  static Node read(String name, Variable variable) {
    return new Node(
        name,
        "Variable",
        List.of(),
        List.of(),
        Map.of(
            "variable", new Attr.Text(variable.name()),
            "dtype", new Attr.Type(variable.dtype()),
            "shape", new Attr.ShapeOf(Optional.of(Dims.of(variable.shape())))));
  }
}

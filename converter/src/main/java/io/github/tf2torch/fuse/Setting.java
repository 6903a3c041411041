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
 * @param updates variable → how it follows the batch, where its reader has noted that
 */
record Setting(Set<Endpoint> outputs, Map<String, Variable> handles, Map<String, Update> updates) {
  private static final String SHARE = Node.IN_TRAINING + "update";
  private static final String SAMPLE = Node.IN_TRAINING + "sample";

  Setting {
    outputs = Set.copyOf(outputs);
    handles = Map.copyOf(handles);
    updates = Map.copyOf(updates);
  }

  /**
   * How a variable follows the batch in training.
   *
   * @param isSample whether what it follows is the variance of a sample, by Bessel's correction
   */
  record Update(float share, boolean isSample) {}

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
    Map<String, Update> updates = new HashMap<>();
    for (Node node : model.graph().nodes()) {
      Variable variable = node.hasAttr(SHARE) ? handles.get(node.name()) : null;
      if (variable != null) {
        updates.put(variable.name(), new Update(node.floatAttr(SHARE), node.boolAttr(SAMPLE)));
      }
    }
    return new Setting(outputs, handles, updates);
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

package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * A node outside of any call: its inputs are outputs of other such nodes, counted over all output
 * arguments, or, at index 0, arguments of the function that it stands in.
 *
 * @param def op, name and complete attributes; its own inputs are of no meaning
 */
record FlatNode(NodeDef def, List<Endpoint> inputs, List<String> controls) {
  FlatNode {
    inputs = List.copyOf(inputs);
    controls = List.copyOf(controls);
  }

  String name() {
    return def.getName();
  }

  String op() {
    return def.getOp();
  }

  AttrValue attr(String name) {
    return def.getAttrOrDefault(name, AttrValue.getDefaultInstance());
  }

  FlatNode with(List<Endpoint> newInputs, List<String> newControls) {
    return new FlatNode(def, newInputs, newControls);
  }
}

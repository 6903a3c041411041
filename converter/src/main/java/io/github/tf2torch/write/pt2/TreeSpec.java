package io.github.tf2torch.write.pt2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.target.TorchModel;
import java.util.Collections;
import java.util.List;

/**
 * How tensors nest in arguments and results, in text.
 *
 * <p>Format: {@code treespec_dumps} of {@code torch/utils/_pytree.py}, protocol 1.
 */
final class TreeSpec {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private TreeSpec() {}

  /** A tuple of tensors, and no keywords. */
  static String arguments(int tensors) {
    ObjectNode positional = node("builtins.tuple", "null", Collections.nCopies(tensors, leaf()));
    ObjectNode keywords = node("builtins.dict", "[]", List.of());
    return text(node("builtins.tuple", "null", List.of(positional, keywords)));
  }

  /** A tensor, or a dictionary of several. */
  static String result(List<TorchModel.Output> outputs) {
    if (outputs.size() == 1) {
      return text(leaf());
    }
    ArrayNode keys = JSON.arrayNode();
    outputs.forEach(o -> keys.add(o.name()));
    return text(
        node("builtins.dict", keys.toString(), Collections.nCopies(outputs.size(), leaf())));
  }

  private static String text(ObjectNode node) {
    return JSON.arrayNode().add(1).add(node).toString();
  }

  private static ObjectNode leaf() {
    ObjectNode node = JSON.objectNode();
    node.putNull("type").putNull("context").putArray("children_spec");
    return node;
  }

  private static ObjectNode node(String type, String context, List<ObjectNode> children) {
    ObjectNode node = JSON.objectNode().put("type", type).put("context", context);
    ArrayNode specs = node.putArray("children_spec");
    children.forEach(specs::add);
    return node;
  }
}

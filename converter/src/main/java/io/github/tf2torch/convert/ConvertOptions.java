package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.translate.TranslationOptions;
import java.util.Set;

/**
 * What a user may choose about a conversion.
 *
 * @param className the class in {@code model.py}
 * @param channelsLastInputs keep images as TensorFlow takes them, NHWC
 * @param channelsLastOutputs keep outputs in TensorFlow's order
 */
public record ConvertOptions(
    String className,
    boolean channelsLastInputs,
    boolean channelsLastOutputs,
    Set<Target> targets,
    boolean overwrite) {
  public ConvertOptions {
    targets = Set.copyOf(targets);
    if (!className.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new BadRequest("--class-name " + className + ": not a name for a Python class");
    }
  }

  public static ConvertOptions defaults() {
    return new ConvertOptions("Model", false, false, Target.all(), false);
  }

  /** Reads what {@code conversion.json} recorded, so that a verifier translates the same again. */
  public static ConvertOptions fromJson(JsonNode recorded) {
    return new ConvertOptions(
        recorded.path("class_name").asText("Model"),
        recorded.path("input_layout").asText().equals("nhwc"),
        recorded.path("output_layout").asText().equals("nhwc"),
        Target.all(),
        false);
  }

  /** What of it the translator needs to know. */
  TranslationOptions translation() {
    return new TranslationOptions(className, channelsLastInputs, channelsLastOutputs);
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("class_name", className);
    node.put("input_layout", channelsLastInputs ? "nhwc" : "nchw");
    node.put("output_layout", channelsLastOutputs ? "nhwc" : "nchw");
    return node;
  }

  public ConvertOptions withOverwrite(boolean replace) {
    return new ConvertOptions(className, channelsLastInputs, channelsLastOutputs, targets, replace);
  }
}

package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is said of a layer that has no rule: its configuration, and how a rule begins. */
final class UnknownLayer {
  static final String WHERE_TO_ADD_A_RULE =
      "To add a rule: implement io.github.tf2torch.rules.LayerRule, name it in"
          + " META-INF/services/io.github.tf2torch.rules.LayerRule of a jar, and give the jar by"
          + " --plugin JAR. Or export the model with model.export(DIR), and convert the SavedModel."
          + " For the weights alone: --to safetensors,pt.";

  private UnknownLayer() {}

  private static final int SKELETONS = 3;

  /** Where to add rules, and how they begin. */
  static String help(Collection<Layer> unknown) {
    String rules =
        unknown.stream()
            .filter(UnknownLayer::canHaveARule)
            .limit(SKELETONS)
            .map(RuleSkeleton::of)
            .collect(Collectors.joining("\n\n"));
    return WHERE_TO_ADD_A_RULE + (rules.isEmpty() ? "" : " Such a rule begins\n\n" + rules);
  }

  private static boolean canHaveARule(Layer layer) {
    return layer.registered().isPresent() || UntranslatableLayer.canHaveARule(layer.className());
  }

  /** Of a model whose computation stands in its Python class, not in the file. */
  static String ofModel(Layer root) {
    return "the file does not say what "
        + root.registered().orElse(root.className())
        + " \""
        + root.name()
        + "\" computes: that is in the Python code of its class. Export the model with"
        + " model.export(DIR), and convert the SavedModel. Or build it as a functional or Sequential"
        + " model of layers, and give rules for layers of your own by --plugin JAR. For the weights"
        + " alone: --to safetensors,pt.";
  }

  /** To go before {@link #message}. */
  static String notKeras(Layer layer) {
    return "is " + layer.registered().orElseThrow() + " and not Keras's own, and ";
  }

  /**
   * @param isFunction whether it is called as functions of keras.ops are
   */
  static String message(Layer layer, boolean isFunction) {
    if (layer.registered().isEmpty()) {
      Optional<String> reason = UntranslatableLayer.reason(layer.className());
      if (reason.isPresent() || isFunction) {
        return reason.orElseGet(UntranslatableLayer::ofFunction);
      }
    }
    return "has no rule. Its configuration: " + text(layer.config());
  }

  private static String text(Config config) {
    if (config instanceof Config.Fields f) {
      return f.values().entrySet().stream()
          .map(e -> e.getKey() + "=" + text(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (config instanceof Config.Items i) {
      return i.values().stream()
          .map(UnknownLayer::text)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (config instanceof Config.Text t) {
      return "\"" + t.value() + "\"";
    }
    if (config instanceof Config.Whole w) {
      return Long.toString(w.value());
    }
    if (config instanceof Config.Real r) {
      return Double.toString(r.value());
    }
    if (config instanceof Config.Bool b) {
      return Boolean.toString(b.value());
    }
    return "null";
  }
}

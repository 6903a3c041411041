package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.SourceVersion;

/** How a rule for a layer begins: Java that compiles, with the layer's own settings in it. */
final class RuleSkeleton {
  /** What every layer of Keras has. */
  private static final Set<String> COMMON =
      Set.of("name", "trainable", "dtype", "batch_input_shape", "x", "layer", "context");

  private RuleSkeleton() {}

  static String of(Layer layer) {
    String name = className(layer);
    List<String> lines = new ArrayList<>();
    lines.add("import io.github.tf2torch.model.source.Layer;");
    lines.add("import io.github.tf2torch.rules.LayerContext;");
    lines.add("import io.github.tf2torch.rules.LayerRule;");
    lines.add("import io.github.tf2torch.rules.Value.Held;");
    if (!layer.weights().isEmpty()) {
      lines.add("import io.github.tf2torch.tensor.TensorExpr;");
    }
    lines.add("import java.util.Set;");
    lines.add("");
    lines.add("public final class " + name + " implements LayerRule {");
    lines.add("  @Override");
    lines.add("  public Set<String> layers() {");
    lines.add("    return Set.of(\"" + escaped(layer.className()) + "\");");
    lines.add("  }");
    lines.add("");
    lines.add("  @Override");
    lines.add("  public void translate(Layer layer, LayerContext context) {");
    lines.add("    Held x = context.input();");
    if (layer.config() instanceof Config.Fields fields) {
      fields.values().forEach((key, value) -> setting(key, value, lines));
    }
    for (int i = 0; i < layer.weights().size(); i++) {
      String weight = layer.weights().get(i);
      String last = weight.substring(weight.lastIndexOf('/') + 1);
      lines.add(
          "    TensorExpr weight%s = context.weight(%s, \"%s\");"
              .formatted(i, i, escaped(last.matches("\\d+") ? "variable " + last : last)));
    }
    lines.add("    // say what it computes, such as");
    lines.add(
        "    // context.output(context.op(\"Tanh\", java.util.Map.of(), java.util.List.of(x)));");
    lines.add("    throw context.unsupported(\"is not said yet\");");
    lines.add("  }");
    lines.add("}");
    return String.join("\n", lines);
  }

  /** The same where its class is called by its full name, since Keras has one of the plain name. */
  static Layer ofFullName(Layer layer) {
    return new Layer(
        layer.registered().orElse(layer.className()),
        layer.name(),
        layer.config(),
        layer.calls(),
        layer.weights(),
        layer.layers());
  }

  /** The class of the rule. */
  static String className(Layer layer) {
    String plain = layer.className().replaceAll("[^A-Za-z0-9_]", "");
    return (plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "Layer" : "") + plain + "Rule";
  }

  private static void setting(String key, Config value, List<String> lines) {
    if (COMMON.contains(key) || !SourceVersion.isName(key)) {
      return;
    }
    String asked = "(%s, \"" + key + "\");";
    if (value instanceof Config.Bool b) {
      lines.add("    boolean " + key + " = context.settings().flag" + asked.formatted(b.value()));
    } else if (value instanceof Config.Whole w) {
      lines.add(
          "    long " + key + " = context.settings().whole" + asked.formatted(w.value() + "L"));
    } else if (value instanceof Config.Real r && Float.isFinite((float) r.value())) {
      lines.add(
          "    float "
              + key
              + " = context.settings().number"
              + asked.formatted((float) r.value() + "f"));
    } else if (value instanceof Config.Text t) {
      String text = "\"" + escaped(t.value()) + "\"";
      lines.add("    String " + key + " = context.settings().text(" + text + ", \"" + key + "\");");
    }
  }

  /** Text within a literal of Java's. */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      out.append(
          c == '"' || c == '\\'
              ? "\\" + c
              : c < ' ' || c > '~' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
    }
    return out.toString();
  }
}

package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.tensor.DType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Attributes of a NodeDef as {@code json_format.MessageToDict} writes them: whole numbers as text,
 * text as base64, types by their names ({@code tensorflow/core/framework/attr_value.proto}).
 */
final class NodeDefs {
  private NodeDefs() {}

  /** By name; those that TensorFlow keeps for itself begin with an underscore and are left out. */
  static Map<String, Attr> attrs(Config nodeDef, LayerContext context) {
    Map<String, Attr> all = new HashMap<>();
    if (nodeDef.get("attr").orElse(new Config.Absent()) instanceof Config.Fields fields) {
      fields
          .values()
          .forEach(
              (name, value) -> {
                if (!name.startsWith("_")) {
                  all.put(name, attr(name, value, context));
                }
              });
    }
    return all;
  }

  private static Attr attr(String name, Config value, LayerContext context) {
    if (value instanceof Config.Fields fields) {
      for (Map.Entry<String, Config> kind : fields.values().entrySet()) {
        Optional<Attr> found = attr(kind.getKey(), kind.getValue());
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    throw context.unsupported(
        "has the attribute " + name + " in a form that is not known: " + value);
  }

  private static Optional<Attr> attr(String kind, Config value) {
    return switch (kind) {
      case "type" -> type(value).map(Attr.Type::new);
      case "i" -> Optional.of(new Attr.Int(whole(value)));
      case "f" -> Optional.of(new Attr.Float(real(value)));
      case "b" -> Optional.of(new Attr.Bool(value.equals(new Config.Bool(true))));
      case "s" -> value.text().map(t -> new Attr.Text(decoded(t)));
      case "shape" -> Optional.of(new Attr.ShapeOf(dims(value)));
      case "list" -> Optional.of(new Attr.ListOf(list(value)));
      default -> Optional.empty();
    };
  }

  private static Optional<DType> type(Config value) {
    return value
        .text()
        .filter(t -> t.startsWith("DT_"))
        .map(t -> t.substring(3).toLowerCase(Locale.ROOT))
        .map(
            t ->
                Map.of("float", "float32", "double", "float64", "half", "float16")
                    .getOrDefault(t, t))
        .flatMap(DType::ofTorch);
  }

  private static long whole(Config value) {
    return value.text().map(Long::parseLong).orElseGet(() -> Settings.whole(value));
  }

  private static float real(Config value) {
    return value.text().map(t -> Float.parseFloat(t)).orElseGet(() -> (float) Settings.real(value));
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  /** Empty where even the rank is unknown. */
  private static Optional<Dims> dims(Config shape) {
    if (shape.get("unknownRank").isPresent()) {
      return Optional.empty();
    }
    List<Long> extents = new ArrayList<>();
    for (Config dim : shape.get("dim").map(Settings::items).orElse(List.of())) {
      extents.add(dim.get("size").map(NodeDefs::whole).orElse(0L));
    }
    return Optional.of(new Dims(extents));
  }

  private static List<Attr> list(Config value) {
    List<Attr> all = new ArrayList<>();
    if (value instanceof Config.Fields kinds) {
      kinds
          .values()
          .forEach(
              (kind, items) ->
                  Settings.items(items).forEach(i -> attr(kind, i).ifPresent(all::add)));
    }
    return all;
  }
}

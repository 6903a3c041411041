package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code TensorFlowOpLayer} of {@code base_layer.py} of TensorFlow 2.3: the op itself, with the
 * attributes of its NodeDef.
 */
final class GraphNodes {
  static final Map<String, LayerReference> TABLE = Map.of("TensorFlowOpLayer", GraphNodes::outputs);

  /** {@code tensorflow/core/framework/types.proto}, where DType has another name. */
  private static final Map<String, String> TYPES =
      Map.of("float", "float32", "double", "float64", "half", "float16");

  private GraphNodes() {}

  private static List<SymbolicTensor> outputs(LayerCall call) {
    Config node = call.settings().get("node_def").orElse(new Config.Absent());
    String op = node.get("op").flatMap(Config::text).orElseThrow(() -> call.missing("of no op"));
    Map<String, Attr> attrs = new HashMap<>();
    node.get("attr")
        .ifPresent(
            all ->
                fields(all)
                    .forEach(
                        (name, value) -> {
                          if (!name.startsWith("_")) {
                            attrs.put(name, attr(call, name, value));
                          }
                        }));
    try {
      return call.ops().all(op, settable(attrs), inputs(call, op, attrs));
    } catch (EngineFailure e) {
      throw call.missing(op + ": " + e.getMessage());
    }
  }

  private static List<SymbolicTensor> inputs(LayerCall call, String op, Map<String, Attr> attrs) {
    List<SymbolicTensor> all = new ArrayList<>(call.inputs());
    Map<String, Config> constants =
        call.settings().get("constants").map(GraphNodes::fields).orElse(Map.of());
    int count = all.size() + constants.size();
    constants.keySet().stream()
        .sorted(Comparator.comparing(Integer::valueOf))
        .forEach(
            place -> {
              int at = Integer.parseInt(place);
              String type = call.ops().typeOf(op, at, count);
              DType dtype =
                  attrs.get(type) instanceof Attr.Type t
                      ? t.value()
                      : type(type).orElseThrow(() -> call.missing("with a constant of " + type));
              all.add(at, call.ops().constant(value(constants.get(place), dtype)));
            });
    return all;
  }

  private static TensorValue value(Config stored, DType dtype) {
    List<Long> dims = new ArrayList<>();
    List<Config> level = List.of(stored);
    while (!level.isEmpty() && level.get(0) instanceof Config.Items first) {
      dims.add((long) first.values().size());
      level = level.stream().flatMap(c -> Settings.itemsOf(c).stream()).toList();
    }
    double[] elements = level.stream().mapToDouble(Settings::numberOf).toArray();
    Shape shape = new Shape(dims);
    return dtype.isFloating()
        ? TensorValue.ofDoubles(dtype, shape, elements)
        : TensorValue.ofLongs(
            dtype, shape, java.util.Arrays.stream(elements).mapToLong(e -> (long) e).toArray());
  }

  private static Map<String, Config> fields(Config config) {
    return config instanceof Config.Fields fields ? fields.values() : Map.of();
  }

  private static Optional<DType> type(String name) {
    String plain = name.replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
    return DType.ofTorch(TYPES.getOrDefault(plain, plain));
  }

  /** JSON of protobuf: 64-bit numbers and types are text, text is base64. */
  private static Attr attr(LayerCall call, String name, Config value) {
    Map<String, Config> kinds = fields(value);
    if (kinds.size() == 1) {
      Map.Entry<String, Config> kind = kinds.entrySet().iterator().next();
      Config held = kind.getValue();
      switch (kind.getKey()) {
        case "type":
          return new Attr.Type(
              held.text().flatMap(GraphNodes::type).orElseThrow(() -> call.missing("of " + held)));
        case "i":
          return new Attr.Int(whole(held));
        case "f":
          return new Attr.Float(
              (float) (double) held.text().map(Double::valueOf).orElseGet(() -> number(held)));
        case "b":
          return new Attr.Bool(held.equals(new Config.Bool(true)));
        case "s":
          byte[] text = Base64.getDecoder().decode(held.text().orElse(""));
          return new Attr.Text(new String(text, StandardCharsets.UTF_8));
        case "list":
          return new Attr.ListOf(
              fields(held).getOrDefault("i", new Config.Items(List.of()))
                      instanceof Config.Items items
                  ? items.values().stream().map(i -> (Attr) new Attr.Int(whole(i))).toList()
                  : List.of());
        default:
          break;
      }
    }
    throw call.missing("with an attribute " + name + " " + value);
  }

  private static double number(Config value) {
    return Settings.numberOf(value);
  }

  private static long whole(Config value) {
    return value.text().map(Long::valueOf).orElseGet(() -> Settings.wholeOf(value));
  }

  /** An empty list of numbers may be one of types, which follow from the inputs. */
  private static Map<String, Attr> settable(Map<String, Attr> attrs) {
    Map<String, Attr> all = new HashMap<>(attrs);
    all.values().removeIf(a -> a instanceof Attr.ListOf list && list.values().isEmpty());
    return all;
  }
}

package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tensor among a call's arguments that is no layer's answer: Keras 3 writes its elements into the
 * configuration, {@code {"class_name": "__tensor__", "config": {"value": [[..]], "dtype": ..}}}.
 */
final class StoredTensor {
  private static final Set<String> CLASSES = Set.of("__tensor__", "__numpy__");

  private static final Set<DType> TYPES =
      EnumSet.of(DType.FLOAT32, DType.INT32, DType.INT64, DType.BOOL);

  private StoredTensor() {}

  static Optional<Value> of(Config stored, LayerContext context) {
    boolean isTensor =
        stored.get("class_name").flatMap(Config::text).filter(CLASSES::contains).isPresent();
    return isTensor
        ? stored.get("config").map(config -> constant(new Settings(config), context))
        : Optional.empty();
  }

  private static Value constant(Settings settings, LayerContext context) {
    String name = settings.text("float32", "dtype");
    DType dtype =
        DType.ofTorch(name)
            .filter(TYPES::contains)
            .orElseThrow(() -> context.unsupported("is called with a constant of " + name));
    Config value =
        settings.get("value").orElseThrow(() -> context.unsupported("has an empty constant"));
    return of(value, dtype, context);
  }

  /** Nested lists of numbers, or one number. */
  static Value of(Config value, DType dtype, LayerContext context) {
    List<Long> dims = new ArrayList<>();
    for (Config level = value; level instanceof Config.Items items; ) {
      dims.add((long) items.values().size());
      level = items.values().isEmpty() ? new Config.Absent() : items.values().get(0);
    }
    List<Config> elements = new ArrayList<>();
    flatten(value, elements);
    Shape shape = new Shape(dims);
    if (shape.count() != elements.size()) {
      throw context.unsupported("has a constant whose rows differ in length");
    }
    TensorValue tensor =
        dtype.isFloating()
            ? TensorValue.ofDoubles(
                dtype, shape, elements.stream().mapToDouble(Settings::real).toArray())
            : TensorValue.ofLongs(
                dtype, shape, elements.stream().mapToLong(Settings::whole).toArray());
    return new Value.Weight(new TensorExpr.Constant("constant", tensor));
  }

  private static void flatten(Config value, List<Config> elements) {
    if (value instanceof Config.Items items) {
      items.values().forEach(item -> flatten(item, elements));
    } else {
      elements.add(value);
    }
  }
}

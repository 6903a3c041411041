package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A constant that Keras 3 writes into a call: {@code {"value": [[..]], "dtype": "float32"}}. */
final class StoredTensor {
  private StoredTensor() {}

  static Optional<TensorValue> of(Config stored) {
    Optional<String> name = stored.get("class_name").flatMap(Config::text);
    boolean isTensor =
        name.filter(n -> n.equals("__tensor__") || n.equals("__numpy__")).isPresent();
    return isTensor ? stored.get("config").flatMap(StoredTensor::value) : Optional.empty();
  }

  private static Optional<TensorValue> value(Config config) {
    Optional<DType> dtype = config.get("dtype").flatMap(Config::text).flatMap(DType::ofTorch);
    Optional<Config> value = config.get("value");
    if (dtype.isEmpty() || value.isEmpty()) {
      return Optional.empty();
    }
    List<Long> dims = new ArrayList<>();
    List<Config> level = List.of(value.get());
    while (level.get(0) instanceof Config.Items first && !first.values().isEmpty()) {
      dims.add((long) first.values().size());
      level = level.stream().flatMap(c -> Settings.itemsOf(c).stream()).toList();
    }
    double[] elements = level.stream().mapToDouble(Settings::numberOf).toArray();
    Shape shape = new Shape(dims);
    return Optional.of(
        dtype.get().isFloating()
            ? TensorValue.ofDoubles(dtype.get(), shape, elements)
            : TensorValue.ofLongs(
                dtype.get(),
                shape,
                java.util.Arrays.stream(elements).mapToLong(e -> (long) e).toArray()));
  }
}

package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a Keras model is called with, by its configuration. */
public final class KerasInputs {
  private KerasInputs() {}

  /** In the model's order, named as Keras names its inputs. */
  public static List<Signature.Tensor> of(KerasModel model) {
    Map<String, Long> bounds = bounds(model);
    return declared(model).stream().map(i -> looked(i, bounds)).toList();
  }

  private static List<Signature.Tensor> declared(KerasModel model) {
    Layer root = model.root();
    if (!root.className().equals("Sequential")) {
      List<Signature.Tensor> inputs = new ArrayList<>();
      for (Layer.Tensor end : model.inputs()) {
        Layer layer =
            root.layers().stream()
                .filter(l -> l.name().equals(end.layer()))
                .findFirst()
                .orElseThrow(() -> new MissingReference("a model whose input " + end + " is lost"));
        inputs.add(input(layer.name(), layer));
      }
      return inputs;
    }
    if (root.layers().isEmpty()) {
      throw new MissingReference("a Sequential without layers");
    }
    Layer first = root.layers().get(0);
    boolean isInput = first.className().equals("InputLayer");
    if (dims(first).isPresent()) {
      return List.of(input(isInput ? first.name() : first.name() + "_input", first));
    }
    if (Network.isModel(first)) {
      return of(
          new KerasModel(
              first,
              first.config().get("input_layers").map(TensorNotation::all).orElse(List.of()),
              List.of(),
              model.training(),
              model.version(),
              model.backend()));
    }
    Optional<Dims> built =
        root.config().get("build_input_shape").map(Settings::itemsOf).map(KerasInputs::dims);
    return List.of(
        new Signature.Tensor(
            first.name() + "_input",
            new Endpoint(first.name() + "_input", 0),
            DType.FLOAT32,
            Optional.of(
                built.orElseThrow(
                    () ->
                        new MissingReference(
                            "a Sequential that does not say the shape of its input")))));
  }

  /** How many rows the smallest table has that an input is looked up in, by the input's name. */
  public static Map<String, Long> bounds(KerasModel model) {
    Map<String, Long> bounds = new HashMap<>();
    List<Layer> layers = model.root().layers();
    for (Layer layer : layers) {
      if (layer.className().equals("Embedding")) {
        long rows = new Settings(layer.config()).whole(1, "input_dim");
        layer.calls().stream()
            .flatMap(c -> c.inputs().stream())
            .forEach(t -> bounds.merge(t.layer(), rows, Math::min));
      }
    }
    if (model.root().className().equals("Sequential")) {
      boolean hasInput = layers.get(0).className().equals("InputLayer");
      Layer first = layers.get(hasInput ? 1 : 0);
      if (first.className().equals("Embedding")) {
        bounds.put(
            hasInput ? layers.get(0).name() : first.name() + "_input",
            new Settings(first.config()).whole(1, "input_dim"));
      }
    }
    return bounds;
  }

  /** What is looked up is a whole number, though Keras 2 declares it as a float. */
  private static Signature.Tensor looked(Signature.Tensor input, Map<String, Long> bounds) {
    return bounds.containsKey(input.key()) && input.dtype().isFloating()
        ? new Signature.Tensor(input.key(), input.endpoint(), DType.INT32, input.dims())
        : input;
  }

  private static Signature.Tensor input(String name, Layer layer) {
    return new Signature.Tensor(name, new Endpoint(name, 0), dtype(layer), dims(layer));
  }

  private static DType dtype(Layer layer) {
    Settings settings = new Settings(layer.config());
    Optional<Config> stored = settings.get("dtype", "input_dtype");
    String name =
        stored
            .flatMap(
                d ->
                    d.text()
                        .or(
                            () ->
                                d.get("config").flatMap(c -> c.get("name")).flatMap(Config::text)))
            .orElse("float32");
    return DType.ofTorch(name).orElseThrow(() -> new MissingReference("an input of type " + name));
  }

  private static Optional<Dims> dims(Layer layer) {
    Settings settings = new Settings(layer.config());
    Optional<Config> whole = settings.get("batch_shape", "batch_input_shape");
    if (whole.isPresent()) {
      return Optional.of(dims(Settings.itemsOf(whole.get())));
    }
    Optional<Config> each = settings.get("input_shape", "sparse_input_shape");
    if (each.isPresent()) {
      List<Config> items = new ArrayList<>(List.of(new Config.Absent()));
      items.addAll(Settings.itemsOf(each.get()));
      return Optional.of(dims(items));
    }
    // a Dense of Keras 1 as the first layer
    return settings.has("input_dim") && layer.className().equals("Dense")
        ? Optional.of(Dims.of(-1, settings.whole(-1, "input_dim")))
        : Optional.empty();
  }

  private static Dims dims(List<Config> extents) {
    return new Dims(
        extents.stream().map(e -> e instanceof Config.Absent ? -1L : Settings.wholeOf(e)).toList());
  }
}

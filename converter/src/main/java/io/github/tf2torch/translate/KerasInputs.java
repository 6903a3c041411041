package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a Keras model is called with, as its configuration says it. */
final class KerasInputs {
  private KerasInputs() {}

  /** In the order of the model's call. */
  static List<Signature.Tensor> of(KerasModel model) {
    return of(model.root(), model.inputs());
  }

  private static List<Signature.Tensor> of(Layer root, List<Layer.Tensor> ends) {
    if (root.className().equals("Sequential")) {
      return List.of(first(root));
    }
    List<Signature.Tensor> inputs = new ArrayList<>();
    for (Layer.Tensor end : ends) {
      root.layers().stream()
          .filter(l -> l.name().equals(end.layer()))
          .findFirst()
          .ifPresent(l -> inputs.add(input(l.name(), l, dims(l))));
    }
    return inputs;
  }

  private static Signature.Tensor first(Layer sequential) {
    if (sequential.layers().isEmpty()) {
      throw new UnsupportedOperation(
          "Sequential \""
              + sequential.name()
              + "\" has no layers, so that there is nothing to run");
    }
    Layer first = sequential.layers().get(0);
    Optional<Dims> own = dims(first);
    if (own.isPresent()) {
      boolean isInput = first.className().equals("InputLayer");
      return input(isInput ? first.name() : first.name() + "_input", first, own);
    }
    if (LayerWalk.isModel(first)) {
      List<Signature.Tensor> inner = of(first, LayerTensors.of(first.config().get("input_layers")));
      if (inner.size() == 1) {
        return inner.get(0);
      }
    }
    Optional<Dims> built =
        sequential.config().get("build_input_shape").map(c -> dims(Settings.items(c)));
    return input(first.name() + "_input", first, built);
  }

  private static Signature.Tensor input(String name, Layer layer, Optional<Dims> dims) {
    if (dims.isEmpty()) {
      throw new UnsupportedOperation(
          "the file does not say the shape of the model's input, which \""
              + layer.name()
              + "\" takes. Load it with Keras, put keras.Input(shape) before its layers, and save it"
              + " again; or export it with model.export(DIR), and convert the SavedModel. For the"
              + " weights alone: --to safetensors,pt.");
    }
    return new Signature.Tensor(name, new Endpoint(name, 0), dtype(layer), dims);
  }

  private static DType dtype(Layer layer) {
    if (layer.className().equals("Embedding")) {
      return DType.INT32;
    }
    Settings settings = new Settings(layer.config());
    String name = settings.text("float32", "dtype", "input_dtype");
    return DType.ofTorch(name)
        .orElseThrow(
            () ->
                new UnsupportedOperation(
                    "input \"" + layer.name() + "\" is of type " + name + ", which no tensor is"));
  }

  private static Optional<Dims> dims(Layer layer) {
    Settings settings = new Settings(layer.config());
    Optional<Config> whole = settings.get("batch_shape", "batch_input_shape");
    if (whole.isPresent()) {
      return Optional.of(dims(Settings.items(whole.get())));
    }
    Optional<Config> each = settings.get("input_shape");
    if (each.isPresent()) {
      List<Config> items = new ArrayList<>(List.of(new Config.Absent()));
      items.addAll(Settings.items(each.get()));
      return Optional.of(dims(items));
    }
    boolean isOfKeras1 = settings.has("input_dim") && !layer.className().equals("Embedding");
    return isOfKeras1
        ? Optional.of(Dims.of(-1, settings.whole(-1, "input_dim")))
        : Optional.empty();
  }

  private static Dims dims(List<Config> extents) {
    return new Dims(
        extents.stream().map(e -> e instanceof Config.Absent ? -1L : Settings.whole(e)).toList());
  }
}

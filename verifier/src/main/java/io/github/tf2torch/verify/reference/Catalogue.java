package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Every class of layers that has a reference, in all spellings. */
final class Catalogue {
  private static final Map<String, LayerReference> BY_CLASS = table();
  private static final Set<String> COMPUTED_IN =
      Set.of("float32", "int32", "int64", "uint8", "bool");

  private Catalogue() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    Stream.of(
            CoreLayers.TABLE,
            Convolutions.TABLE,
            TransposedConvolutions.TABLE,
            Poolings.TABLE,
            Normalizations.TABLE,
            BatchNormalizations.TABLE,
            ActivationLayers.TABLE,
            Regularizations.TABLE,
            Reshapings.TABLE,
            Paddings.TABLE,
            Mergings.TABLE,
            Preprocessings.TABLE,
            Recurrences.TABLE,
            RecurrentMaps.TABLE,
            Wrappers.TABLE,
            Attentions.TABLE,
            HeadAttentions.TABLE,
            AdaptivePoolings.TABLE,
            Augmentations.TABLE,
            Categories.TABLE,
            Spectrograms.TABLE,
            MelSpectrograms.TABLE,
            FormerLayers.TABLE,
            GraphNodes.TABLE,
            LocalConvolutions.TABLE,
            Images.TABLE)
        .forEach(
            table ->
                table.forEach(
                    (name, reference) -> {
                      if (all.put(name, reference) != null) {
                        throw new IllegalStateException(name + " has two references");
                      }
                    }));
    return Map.copyOf(all);
  }

  /** In alphabetical order. */
  static Set<String> classes() {
    Set<String> all = new TreeSet<>(BY_CLASS.keySet());
    all.addAll(Operations.OF_TENSORFLOW);
    return all;
  }

  static List<SymbolicTensor> outputs(LayerCall call) {
    requireOfKeras(call.layer());
    if (Network.isModel(call.layer())) {
      return Network.outputs(call);
    }
    if (Operations.isFunction(call) && !call.layer().className().equals("Pipeline")) {
      return Operations.outputs(call);
    }
    LayerReference reference = BY_CLASS.get(call.layer().className());
    if (reference == null) {
      throw new MissingReference(call.layer().className());
    }
    requireFloat32(call);
    if (call.inputs().isEmpty() && call.arguments().tensors().isEmpty()) {
      throw call.missing("without an input");
    }
    List<SymbolicTensor> outputs = reference.outputs(call);
    Masks.propagate(call, outputs);
    return outputs;
  }

  static void requireOfKeras(Layer layer) {
    layer
        .registered()
        .ifPresent(
            own -> {
              throw new MissingReference(own);
            });
  }

  private static void requireFloat32(LayerCall call) {
    Optional<Config> stored = call.settings().get("dtype");
    Optional<String> dtype =
        stored.flatMap(
            d ->
                d.text()
                    .or(() -> d.get("config").flatMap(c -> c.get("name")).flatMap(Config::text)));
    if (dtype.isPresent() && !COMPUTED_IN.contains(dtype.get())) {
      throw new MissingReference(
          call.layer().className() + " in " + dtype.get(),
          "its rounding would hide what is asked, of float32 and float64");
    }
  }
}

package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The variables in the order in which the model computes with them, as far as the source says.
 *
 * @param classes Keras's class of the layer, by variable; empty where the source has no layers
 * @param images of a matrix behind a flattened image, the kernel that gave the image its channels;
 *     by variable
 * @param isKnown false where names are all that says anything of the order
 */
record SourceOrder(
    List<Variable> variables,
    Map<String, String> classes,
    Map<String, String> images,
    boolean isKnown) {

  SourceOrder {
    variables = List.copyOf(variables);
    classes = Map.copyOf(classes);
    images = Map.copyOf(images);
  }

  static SourceOrder of(TfModel model) {
    return model.keras().map(k -> of(model, k)).orElseGet(() -> byName(model.variables()));
  }

  /** Without the variables that are not in {@code kept}. */
  SourceOrder only(List<Variable> kept) {
    Set<String> names = kept.stream().map(Variable::name).collect(Collectors.toUnmodifiableSet());
    return new SourceOrder(
        variables.stream().filter(v -> names.contains(v.name())).toList(),
        classes,
        images,
        isKnown);
  }

  private static SourceOrder byName(List<Variable> variables) {
    boolean isCounted = variables.stream().anyMatch(v -> NaturalOrder.isCounted(v.key()));
    return new SourceOrder(NaturalOrder.of(variables), Map.of(), Map.of(), isCounted);
  }

  private static SourceOrder of(TfModel model, KerasModel keras) {
    Map<String, Variable> left = new LinkedHashMap<>();
    model.variables().forEach(v -> left.put(v.name(), v));
    Map<String, String> classes = new LinkedHashMap<>();
    collect(keras.root(), "", classes);
    List<Variable> ordered = new ArrayList<>();
    for (String name : classes.keySet()) {
      Optional.ofNullable(left.remove(name)).ifPresent(ordered::add);
    }
    ordered.addAll(NaturalOrder.of(List.copyOf(left.values())));
    Map<String, String> images = new HashMap<>();
    FlattenedImages.collect(keras.root(), images);
    return new SourceOrder(ordered, classes, images, true);
  }

  /** A wrapper such as TimeDistributed may hold the weights of the layer within it. */
  private static void collect(Layer layer, String wrapped, Map<String, String> classes) {
    String className = layer.layers().isEmpty() ? layer.className() : wrapped;
    layer.weights().forEach(w -> classes.putIfAbsent(w, className));
    layer.layers().forEach(l -> collect(l, l.className(), classes));
  }
}

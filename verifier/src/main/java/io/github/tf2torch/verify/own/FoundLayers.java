package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What is known of the source's layers in a program while they are looked for. */
final class FoundLayers {
  private final List<String> order;
  private final Map<Integer, TorchModel.Tap> found = new TreeMap<>();
  private final Set<Integer> rearranged = new TreeSet<>();
  private final Set<String> used = new HashSet<>();
  private final Set<Integer> parted = new LinkedHashSet<>();
  private final Set<Integer> missing = new TreeSet<>();

  /** What has the weights of one that is missing, with extents that can't be its own. */
  private final Map<Integer, Shape> shapes = new TreeMap<>();

  /**
   * None as yet.
   *
   * @param order of the program's locals
   */
  FoundLayers(List<String> order) {
    this.order = order;
  }

  void take(int layer, TorchModel.Tap tap) {
    found.put(layer, tap);
    used.add(tap.value());
  }

  /** One at whose place TensorFlow's value is given from now on. */
  void part(int layer, TorchModel.Tap tap) {
    take(layer, tap);
    parted.add(layer);
  }

  /** One whose numbers a local has, in an order that is no tap's. */
  void rearranged(int layer, String local) {
    missing.add(layer);
    rearranged.add(layer);
    used.add(local);
  }

  void miss(int layer, Optional<Shape> instead) {
    missing.add(layer);
    instead.ifPresent(shape -> shapes.put(layer, shape));
  }

  boolean has(int layer) {
    return found.containsKey(layer);
  }

  boolean isOpen(int layer) {
    return !found.containsKey(layer) && !missing.contains(layer);
  }

  /** Whether a local of the program is none of them. */
  boolean isFree(String local) {
    return !used.contains(local);
  }

  /** Those whose values are known, be it in another order. */
  Set<Integer> layers() {
    Set<Integer> layers = new TreeSet<>(rearranged);
    layers.addAll(found.keySet());
    return layers;
  }

  Set<String> locals() {
    return Set.copyOf(used);
  }

  List<Integer> parted() {
    return List.copyOf(parted);
  }

  TorchModel.Tap at(int layer) {
    return found.get(layer);
  }

  /** Those that were found, in the order of the program. */
  List<TorchModel.Tap> taps() {
    return found.values().stream().sorted(Comparator.comparing(this::place)).toList();
  }

  /** Those that the program computes before a local. */
  List<TorchModel.Tap> before(String local) {
    return taps().stream().filter(t -> place(t) < order.indexOf(local)).toList();
  }

  private int place(TorchModel.Tap tap) {
    return order.indexOf(tap.value());
  }

  int lastBefore(int layer) {
    return found.keySet().stream().filter(k -> k < layer).reduce(-1, Math::max);
  }

  /** Layers with weights that are no value of the program, and the one that holds each. */
  List<String> within(SourceLayers source) {
    Set<String> said = new LinkedHashSet<>();
    for (int layer : notFound(source)) {
      holder(source, layer)
          .ifPresent(by -> said.add(source.tap(layer).layer() + " with " + source.tap(by).layer()));
    }
    return List.copyOf(said);
  }

  /** Layers with weights that no comparison holds. */
  List<String> missing(SourceLayers source) {
    List<String> said = new ArrayList<>();
    for (int layer : notFound(source)) {
      if (holder(source, layer).isEmpty()) {
        String shape =
            shapes.containsKey(layer)
                ? " (it gives "
                    + shapes.get(layer)
                    + ", TensorFlow "
                    + source.values().get(layer).shape()
                    + ")"
                : "";
        said.add(source.tap(layer).layer() + shape);
      }
    }
    return said;
  }

  private List<Integer> notFound(SourceLayers source) {
    return IntStream.range(0, source.count())
        .filter(i -> source.hasWeights(i) && !found.containsKey(i))
        .boxed()
        .toList();
  }

  /** The first one behind it that is made of it without another between them. */
  private Optional<Integer> holder(SourceLayers source, int layer) {
    return shapes.containsKey(layer)
        ? Optional.empty()
        : found.keySet().stream()
            .filter(by -> by > layer)
            .filter(
                by ->
                    source.leavesSince(found.keySet(), by).containsAll(source.leaves().get(layer)))
            .findFirst();
  }
}

package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The matrix behind a flattened image: TensorFlow counts its rows as H, W, C, PyTorch as C, H, W.
 * Variables say nothing of H and W, so that they are taken as equal; where they can't be, the rows
 * stay as they are.
 */
final class FlattenedRows {
  private static final String DOUBTFUL =
      "linear, its rows in TensorFlow's order should they follow";

  private FlattenedRows() {}

  /** Whether the layer may follow a flattened image whose extents nothing says. */
  static boolean isDoubtful(Layer layer) {
    return layer.readings().stream().anyMatch(r -> r.kind().startsWith(DOUBTFUL));
  }

  /** The rows put in PyTorch's order wherever a matrix follows an image directly. */
  static List<Layer> unfold(List<Layer> layers, SourceOrder order) {
    Map<String, Layer> holders = new HashMap<>();
    layers.forEach(l -> l.variables().forEach(v -> holders.put(v, l)));
    List<Layer> unfolded = new ArrayList<>();
    Layer.Features last = Layer.Features.NONE;
    for (Layer layer : layers) {
      Layer.Features features = layer.reading().features();
      boolean isMatrix = features.isMatrix();
      Layer.Features image = image(layer, order, holders).orElse(last);
      unfolded.add(isMatrix && image.spatial() > 0 ? behind(layer, image) : layer);
      if (!layer.reading().kind().endsWith("normalization") && !layer.isBare()) {
        last = features;
      }
    }
    return unfolded;
  }

  /**
   * Where names are all there is: a matrix whose rows no layer gives out, but a convolution's
   * channels divide, may follow a flattened image.
   */
  static List<Layer> doubted(List<Layer> layers, SourceOrder order) {
    Set<Long> widths =
        layers.stream().map(l -> l.reading().features().out()).collect(Collectors.toSet());
    Set<Long> channels =
        layers.stream()
            .map(l -> l.reading().features())
            .filter(f -> f.spatial() > 0 && f.out() > 1)
            .map(Layer.Features::out)
            .collect(Collectors.toSet());
    return layers.stream().map(l -> doubted(l, order, widths, channels)).toList();
  }

  private static Layer doubted(
      Layer layer, SourceOrder order, Set<Long> widths, Set<Long> channels) {
    Reading plain = layer.reading();
    long rows = plain.features().in();
    boolean isKnown = layer.variables().stream().anyMatch(order.classes()::containsKey);
    boolean isMatrix = plain.features().isMatrix();
    if (isKnown || !isMatrix || isDoubtful(layer) || widths.contains(rows)) {
      return layer;
    }
    Optional<Long> image = channels.stream().filter(c -> rows % c == 0).max(Long::compare);
    return image.isEmpty()
        ? layer
        : new Layer(layer.scope(), layer.part(), List.of(doubtful(plain, image.get())));
  }

  private static Reading doubtful(Reading plain, long channels) {
    return new Reading(
        DOUBTFUL + " a flattened image of " + channels + " channels",
        plain.slots(),
        plain.features());
  }

  /** Where the source has layers, they say which image is flattened; else the one before is. */
  private static Optional<Layer.Features> image(
      Layer layer, SourceOrder order, Map<String, Layer> holders) {
    if (layer.variables().stream().noneMatch(order.classes()::containsKey)) {
      return Optional.empty();
    }
    return layer.variables().stream()
        .map(order.images()::get)
        .filter(Objects::nonNull)
        .map(holders::get)
        .filter(Objects::nonNull)
        .map(l -> l.reading().features())
        .findFirst()
        .or(() -> Optional.of(Layer.Features.NONE));
  }

  private static Layer behind(Layer layer, Layer.Features image) {
    long rows = layer.reading().features().in();
    long channels = image.out();
    if (channels <= 1 || rows <= channels || rows % channels != 0) {
      return layer;
    }
    Reading plain = layer.reading();
    Optional<Long> side = side(rows / channels, image.spatial());
    List<Reading> readings = new ArrayList<>();
    side.ifPresent(s -> readings.add(unfolded(plain, s, image)));
    readings.add(doubtful(plain, channels));
    return new Layer(layer.scope(), layer.part(), readings);
  }

  private static Optional<Long> side(long places, int axes) {
    return LongStream.rangeClosed(2, (long) Math.ceil(Math.sqrt(places)))
        .filter(s -> power(s, axes) == places)
        .boxed()
        .findFirst();
  }

  private static long power(long side, int axes) {
    long all = 1;
    for (int i = 0; i < axes; i++) {
      all *= side;
    }
    return all;
  }

  private static Reading unfolded(Reading plain, long side, Layer.Features image) {
    List<Long> spatial = LongStream.generate(() -> side).limit(image.spatial()).boxed().toList();
    List<Slot> slots = new ArrayList<>();
    for (Slot slot : plain.slots()) {
      boolean isKernel = slot.recipe() instanceof Permute;
      slots.add(isKernel ? unfolded(slot, spatial, image.out()) : slot);
    }
    String extents =
        String.join("×", spatial.stream().map(String::valueOf).toList()) + "×" + image.out();
    return new Reading(
        "linear behind a flattened image taken as " + extents, slots, plain.features());
  }

  private static Slot unfolded(Slot slot, List<Long> spatial, long channels) {
    TensorExpr kernel = ((Permute) slot.recipe()).input();
    return new Slot(
        slot.name(), slot.kind(), Layouts.transpose(Layouts.unflatten(kernel, spatial, channels)));
  }
}

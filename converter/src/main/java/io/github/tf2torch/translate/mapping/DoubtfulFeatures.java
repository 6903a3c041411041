package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.translate.mapping.Layer.Features;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where names are all there is: a matrix whose features no other takes, but that a square image of
 * a convolution's channels has as many of, may make that image, as a generator's first layer does.
 * Its features are then in another order in PyTorch, and those of the normalization behind it.
 */
final class DoubtfulFeatures {
  /** A convolution of these channels is the first one, of a picture; one the other way is not. */
  private static final long PICTURE = 3;

  private DoubtfulFeatures() {}

  /**
   * The layers in doubt with a second reading; {@link UnflattenedRows} knows where there is none.
   */
  static List<Layer> doubted(List<Layer> layers, KnownLayouts known) {
    Set<Long> taken =
        layers.stream()
            .filter(l -> l.readings().size() == 1 && !FlattenedRows.isDoubtful(l))
            .map(l -> l.reading().features())
            .filter(f -> f.spatial() == 0)
            .map(Features::in)
            .collect(Collectors.toSet());
    Map<Long, List<Long>> images = new HashMap<>();
    for (Layer layer : layers) {
      Features features = layer.reading().features();
      if (features.isMatrix() && !known.isOf(layer) && !taken.contains(features.out())) {
        layers.stream()
            .filter(DoubtfulFeatures::mayTakeAnImage)
            .map(l -> image(features.out(), l.reading().features()))
            .filter(e -> !e.isEmpty())
            .findFirst()
            .ifPresent(e -> images.put(features.out(), e));
      }
    }
    return layers.stream().map(l -> doubted(l, images)).toList();
  }

  private static boolean mayTakeAnImage(Layer layer) {
    Features features = layer.reading().features();
    boolean isPicture = features.in() == PICTURE && !layer.reading().kind().contains("transposed");
    return features.spatial() > 0 && features.in() > 1 && !isPicture;
  }

  /** {@code [side, side, channels]}; empty where so many features make no such image. */
  private static List<Long> image(long features, Features convolution) {
    for (long side = 2; side * convolution.in() <= features; side++) {
      long all = convolution.in();
      for (int axis = 0; axis < convolution.spatial(); axis++) {
        all *= side;
      }
      if (all == features) {
        List<Long> extents = new ArrayList<>(Collections.nCopies(convolution.spatial(), side));
        extents.add(convolution.in());
        return extents;
      }
    }
    return List.of();
  }

  private static Layer doubted(Layer layer, Map<Long, List<Long>> images) {
    Reading plain = layer.reading();
    boolean isMatrix = plain.features().isMatrix();
    boolean isNormalization = layer.has("running_mean");
    long all = isMatrix ? plain.features().out() : size(plain);
    List<Long> image = images.getOrDefault(all, List.of());
    if (image.isEmpty() || !(isMatrix || isNormalization)) {
      return layer;
    }
    List<Slot> slots = new ArrayList<>();
    for (Slot slot : plain.slots()) {
      boolean isOfFeatures = slot.shape().rank() > 0 && slot.shape().dim(0) == all;
      slots.add(isOfFeatures ? new Slot(slot.name(), slot.kind(), reordered(slot, image)) : slot);
    }
    List<Reading> readings = new ArrayList<>(layer.readings());
    readings.add(new Reading(plain.kind() + " that makes an image", slots, plain.features()));
    return new Layer(layer.scope(), layer.part(), readings);
  }

  /** In steps that a rule can say: the kernel's columns first, and then the transpose. */
  private static TensorExpr reordered(Slot slot, List<Long> image) {
    if (slot.recipe() instanceof Permute transposed && transposed.axes().equals(List.of(1, 0))) {
      return Layouts.transpose(Layouts.channelsFirst(transposed.input(), 1, image));
    }
    return Layouts.channelsFirst(slot.recipe(), 0, image);
  }

  private static long size(Reading reading) {
    return reading.slots().stream()
        .filter(s -> s.shape().rank() == 1)
        .mapToLong(s -> s.shape().dim(0))
        .max()
        .orElse(0);
  }
}

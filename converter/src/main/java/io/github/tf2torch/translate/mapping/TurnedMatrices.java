package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Matrices that a target holds the other way round than {@code nn.Linear} and its own parameters
 * usually are: {@code Conv1D} of transformers has {@code [in, out]}, as TensorFlow. One that is not
 * square says so by its shape, and puts every square one into doubt; so does a square parameter
 * where no other says how they are held.
 *
 * @param modules of the target
 */
record TurnedMatrices(List<Layer> layers, List<TargetModule> modules) {
  private static final String WEIGHT = "weight";

  TurnedMatrices {
    layers = List.copyOf(layers);
    modules = List.copyOf(modules);
  }

  /** The layers, with a second reading where they may be held the other way round. */
  List<Layer> doubted() {
    boolean isTurned =
        modules.stream().anyMatch(TurnedMatrices::isInByOut) || isNamed(WEIGHT, true);
    boolean isBareTurned = isNamed("", true);
    boolean isBareUnknown = !isNamed("", false);
    return layers.stream()
        .map(
            l -> {
              boolean isSquare = isSquare(matrix(l, ""));
              boolean isInDoubt = l.isBare() && isSquare && isBareUnknown && !isTable(l);
              boolean isLikely = l.isBare() ? isBareTurned : isTurned;
              return isLikely || isInDoubt ? withTurned(l, isLikely) : l;
            })
        .toList();
  }

  /** Whether its bias is as long as its weight has columns, which {@code nn.Linear}'s never is. */
  private static boolean isInByOut(TargetModule module) {
    Shape weight = module.shapes().getOrDefault(WEIGHT, Shape.of());
    Shape bias = module.shapes().getOrDefault("bias", Shape.of());
    return weight.rank() == 2
        && weight.dim(0) != weight.dim(1)
        && bias.dims().equals(List.of(weight.dim(1)));
  }

  /** Whether a matrix that is not square has a tensor of its very name, turned or not. */
  private boolean isNamed(String slot, boolean turned) {
    for (Layer layer : layers) {
      TensorExpr matrix = matrix(layer, slot);
      if (matrix.shape().rank() == 2 && !isSquare(matrix)) {
        Shape wanted = turned ? turned(matrix).shape() : matrix.shape();
        NamePattern name = NamePattern.of(String.join("/", layer.scope()));
        for (TargetModule module : modules) {
          if (wanted.equals(module.shapes().get(slot))
              && name.equals(NamePattern.of(module.path()))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** A vector where the layer has no such matrix. */
  private static TensorExpr matrix(Layer layer, String slot) {
    return layer.reading().slots().stream()
        .filter(s -> s.name().equals(slot) && isMatrix(s.recipe()))
        .map(Slot::recipe)
        .findFirst()
        .orElse(layer.reading().slots().get(0).recipe());
  }

  private static boolean isMatrix(TensorExpr recipe) {
    return recipe.shape().rank() == 2
        && (recipe instanceof Stored
            || (recipe instanceof Permute p && p.input() instanceof Stored));
  }

  private static boolean isSquare(TensorExpr matrix) {
    return matrix.shape().rank() == 2 && matrix.shape().dim(0) == matrix.shape().dim(1);
  }

  /** Nobody multiplies with a table. */
  private static boolean isTable(Layer layer) {
    return String.join("/", layer.scope()).toLowerCase(Locale.ROOT).contains("embed");
  }

  private static TensorExpr turned(TensorExpr matrix) {
    return matrix instanceof Permute permute ? permute.input() : Layouts.transpose(matrix);
  }

  /**
   * Read both ways.
   *
   * @param isFirst whether others are held the other way round, so that this one is likely to be
   */
  private static Layer withTurned(Layer layer, boolean isFirst) {
    List<Reading> readings = new ArrayList<>(layer.readings());
    for (Reading reading : layer.readings()) {
      List<Slot> slots = new ArrayList<>();
      for (Slot slot : reading.slots()) {
        boolean isTurned =
            (slot.name().equals(WEIGHT) || slot.name().isEmpty()) && isMatrix(slot.recipe());
        slots.add(isTurned ? new Slot(slot.name(), slot.kind(), turned(slot.recipe())) : slot);
      }
      if (!slots.equals(reading.slots())) {
        String kind = layer.isBare() ? "transposed" : reading.kind() + " as stored";
        readings.add(isFirst ? 0 : readings.size(), new Reading(kind, slots, reading.features()));
      }
    }
    return new Layer(layer.scope(), layer.part(), readings);
  }
}

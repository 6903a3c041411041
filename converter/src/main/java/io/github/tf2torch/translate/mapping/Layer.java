package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;

/**
 * Variables that make one PyTorch module.
 *
 * @param scope the segments that their names share
 * @param part what the module is called within its scope, where others stand beside it
 * @param readings how they may be read, the one that the names speak for first; all of them read
 *     the same variables
 */
record Layer(List<String> scope, String part, List<Reading> readings) {
  Layer {
    scope = List.copyOf(scope);
    readings = List.copyOf(readings);
    if (readings.isEmpty()) {
      throw new IllegalArgumentException("nothing is read of " + scope);
    }
  }

  Reading reading() {
    return readings.get(0);
  }

  List<String> variables() {
    return reading().slots().stream()
        .flatMap(s -> s.recipe().variables().stream())
        .distinct()
        .toList();
  }

  /** Whether it is read as a module with a tensor of this name. */
  boolean has(String slot) {
    return reading().slots().stream().anyMatch(s -> s.name().equals(slot));
  }

  /** A tensor that the scope itself holds, with no module around it. */
  boolean isBare() {
    return reading().slots().size() == 1 && reading().slots().get(0).name().isEmpty();
  }

  /**
   * One way to read them.
   *
   * @param kind what it is then, in a person's words: {@code convolution}
   * @param slots in PyTorch's order of registration
   * @param features what it takes in and gives out
   */
  record Reading(String kind, List<Slot> slots, Features features) {
    Reading {
      slots = List.copyOf(slots);
    }

    Reading(String kind, List<Slot> slots) {
      this(kind, slots, Features.NONE);
    }
  }

  /** A tensor of the module; the name is empty where the module is that tensor. */
  record Slot(String name, TorchModel.Kind kind, TensorExpr recipe) {
    static Slot parameter(String name, TensorExpr recipe) {
      return new Slot(name, TorchModel.Kind.PARAMETER, recipe);
    }

    static Slot buffer(String name, TensorExpr recipe) {
      return new Slot(name, TorchModel.Kind.BUFFER, recipe);
    }

    Shape shape() {
      return recipe.shape();
    }
  }

  /**
   * Widths at both ends, 0 where unknown.
   *
   * @param spatial how many axes an image has that it runs over; 0 for a matrix
   */
  record Features(long in, long out, int spatial) {
    static final Features NONE = new Features(0, 0, 0);

    /** Whether it is a matrix of which both widths are known. */
    boolean isMatrix() {
      return spatial == 0 && in > 0;
    }
  }
}

package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Dims;
import java.util.ArrayList;
import java.util.List;

/** The extents that the states of a loop have before and after every step. */
final class StateExtents {
  private StateExtents() {}

  /** What a step does not keep is not known; refuses what it changes. */
  static List<Dims> common(List<Dims> before, List<Dims> after, NodeContext context) {
    List<Dims> common = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      Dims one = before.get(i);
      Dims other = after.get(i);
      if (one.rank() != other.rank()) {
        throw context.unsupported("has a state of " + one + " that becomes one of " + other);
      }
      List<Long> extents = new ArrayList<>();
      for (int axis = 0; axis < one.rank(); axis++) {
        boolean isKnown = one.isKnown(axis) && other.isKnown(axis);
        if (isKnown && one.extent(axis) != other.extent(axis)) {
          throw context.unsupported("has a state of " + one + " that becomes one of " + other);
        }
        extents.add(isKnown ? one.extent(axis) : -1L);
      }
      common.add(new Dims(extents));
    }
    return common;
  }
}

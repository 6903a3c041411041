package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.OpContext;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a slice takes of one axis, as Python's {@code begin:end:stride}.
 *
 * @param isShrunk one element is taken and the axis goes
 * @param isNew an axis of one that the input does not have
 */
record AxisSlice(
    OptionalLong begin, OptionalLong end, long stride, boolean isShrunk, boolean isNew) {

  private static final AxisSlice WHOLE =
      new AxisSlice(OptionalLong.empty(), OptionalLong.empty(), 1, false, false);

  static List<AxisSlice> ofSlice(OpContext context) {
    List<Long> begin = context.integers(1);
    List<Long> size = context.integers(2);
    List<AxisSlice> slices = new ArrayList<>();
    for (int i = 0; i < begin.size(); i++) {
      long first = begin.get(i);
      slices.add(
          new AxisSlice(
              first == 0 ? OptionalLong.empty() : OptionalLong.of(first),
              size.get(i) < 0 ? OptionalLong.empty() : OptionalLong.of(first + size.get(i)),
              1,
              false,
              false));
    }
    return slices;
  }

  /** One for each axis of the input, and those that are new among them. */
  static List<AxisSlice> ofStridedSlice(Node node, OpContext context) {
    List<Long> begin = context.integers(1);
    List<Long> end = context.integers(2);
    List<Long> stride = context.integers(3);
    List<AxisSlice> slices = new ArrayList<>();
    int consumed = 0;
    for (int i = 0; i < begin.size(); i++) {
      boolean ellipsis = bit(node, "ellipsis_mask", i);
      consumed += ellipsis || bit(node, "new_axis_mask", i) ? 0 : 1;
    }
    int rest = context.dims(0).rank() - consumed;
    boolean open = true;
    for (int i = 0; i < begin.size(); i++) {
      if (bit(node, "ellipsis_mask", i)) {
        slices.addAll(java.util.Collections.nCopies(rest, WHOLE));
        open = false;
      } else if (bit(node, "new_axis_mask", i)) {
        slices.add(new AxisSlice(OptionalLong.empty(), OptionalLong.empty(), 1, false, true));
      } else {
        boolean shrunk = bit(node, "shrink_axis_mask", i);
        boolean fromStart = !shrunk && bit(node, "begin_mask", i);
        boolean toEnd = shrunk || bit(node, "end_mask", i);
        slices.add(
            new AxisSlice(
                fromStart ? OptionalLong.empty() : OptionalLong.of(begin.get(i)),
                toEnd ? OptionalLong.empty() : OptionalLong.of(end.get(i)),
                stride.get(i),
                shrunk,
                false));
      }
    }
    if (open) {
      slices.addAll(java.util.Collections.nCopies(rest, WHOLE));
    }
    return slices;
  }

  private static boolean bit(Node node, String mask, int i) {
    return node.hasAttr(mask) && (node.intAttr(mask) >> i & 1) == 1;
  }

  boolean isWhole() {
    return stride == 1 && begin.orElse(0) == 0 && end.isEmpty() && !isShrunk;
  }

  /** The first element taken, of an axis of that extent. */
  long first(long extent) {
    return bound(begin.orElse(stride > 0 ? 0 : extent - 1), extent);
  }

  /** Where the slice stops, of an axis of that extent. */
  long last(long extent) {
    if (end.isEmpty()) {
      return stride > 0 ? extent : -1;
    }
    return bound(end.getAsLong(), extent);
  }

  /** How many elements are taken; -1 where that is not known. */
  long extent(long extent) {
    if (isWhole()) {
      return extent;
    }
    if (extent < 0) {
      boolean counted =
          stride == 1
              && end.isPresent()
              && end.getAsLong() < 0 == begin.orElse(0) < 0
              && begin.isPresent();
      return counted && end.getAsLong() < 0 ? end.getAsLong() - begin.getAsLong() : -1;
    }
    long span = stride > 0 ? last(extent) - first(extent) : first(extent) - last(extent);
    long step = Math.abs(stride);
    return Math.max(0, (span + step - 1) / step);
  }

  private long bound(long index, long extent) {
    long counted = index < 0 ? index + extent : index;
    return stride > 0
        ? Math.max(0, Math.min(counted, extent))
        : Math.max(-1, Math.min(counted, extent - 1));
  }
}

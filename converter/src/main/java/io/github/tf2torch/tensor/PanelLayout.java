package io.github.tf2torch.tensor;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Where the elements of a box lie in a base and in memory of their own, which keeps those together
 * that are together in the base. All counts are of elements.
 */
final class PanelLayout {
  /** Bytes between wanted ones are read too while at least one in so many is wanted, */
  private static final int MOST_WASTE = 2;

  /** and no more than these lie between two of them: a read of its own costs as much. */
  private static final int MOST_GAP_BYTES = 1024;

  /** Between runs, so that a column of them is not in one set of the cache. */
  private static final int PADDING_BYTES = 64;

  private final int elementBytes;
  private final long[] extents;
  private final long[] baseStrides;

  /** Axes, the base's fastest first. */
  private final int[] order;

  private final long[] strides;

  /** So many of {@link #order} lie inside one run of {@link #run} elements. */
  private final int axesInRun;

  private final long run;
  private final long count;

  PanelLayout(long[] extents, long[] baseStrides, int elementBytes) {
    this.elementBytes = elementBytes;
    this.extents = extents.clone();
    this.baseStrides = baseStrides.clone();
    this.strides = new long[extents.length];
    this.order =
        IntStream.range(0, extents.length)
            .boxed()
            .sorted(Comparator.comparingLong(a -> baseStrides[a]))
            .mapToInt(a -> a)
            .toArray();
    long together = 1;
    long wanted = 1;
    int axes = 0;
    for (int a : order) {
      long span = (extents[a] - 1) * baseStrides[a] + together;
      wanted *= extents[a];
      long gap = extents[a] == 1 ? 0 : (baseStrides[a] - together) * elementBytes;
      if (span / MOST_WASTE > wanted || gap > MOST_GAP_BYTES) {
        break;
      }
      strides[a] = baseStrides[a];
      together = span;
      axes++;
    }
    this.run = together;
    this.axesInRun = axes;
    long size = axes < order.length ? padded(run) : run;
    for (int i = axes; i < order.length; i++) {
      strides[order[i]] = size;
      size *= extents[order[i]];
    }
    this.count = size;
  }

  private long padded(long length) {
    long bytes = length * elementBytes;
    return bytes % 512 == 0 ? length + PADDING_BYTES / elementBytes : length;
  }

  /** Elements from one index of an axis to the next, in the box's own memory. */
  long stride(int axis) {
    return strides[axis];
  }

  long[] strides() {
    return strides.clone();
  }

  /** How much memory the box takes. */
  long bytes() {
    return count * elementBytes;
  }

  /** Hears of all that is to be read. */
  interface Reader {
    /**
     * @param to where in the box's memory the first run goes, in bytes
     */
    void read(Runs runs, int to) throws java.io.IOException;
  }

  /** Names what lies in the base from {@code start} on. */
  void read(long start, Reader reader) throws java.io.IOException {
    read(order.length - 1, start, 0, reader);
  }

  private void read(int depth, long from, long to, Reader reader) throws java.io.IOException {
    int length = Math.toIntExact(run * elementBytes);
    int at = Math.toIntExact(to * elementBytes);
    if (depth < axesInRun) {
      reader.read(new Runs(from * elementBytes, length, length, 1, length), at);
      return;
    }
    int a = order[depth];
    if (depth == axesInRun) {
      long step = baseStrides[a] * elementBytes;
      int targetStep = Math.toIntExact(strides[a] * elementBytes);
      int count = Math.toIntExact(extents[a]);
      reader.read(
          count == 1
              ? new Runs(from * elementBytes, length, length, 1, length)
              : new Runs(from * elementBytes, step, length, count, targetStep),
          at);
      return;
    }
    for (long i = 0; i < extents[a]; i++) {
      read(depth - 1, from + i * baseStrides[a], to + i * strides[a], reader);
    }
  }
}

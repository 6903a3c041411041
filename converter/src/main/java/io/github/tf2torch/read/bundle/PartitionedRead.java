package io.github.tf2torch.read.bundle;

import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A range of bytes of a partitioned variable, gathered from its parts run by run: a run is what
 * lies together both in the part and in the whole.
 */
final class PartitionedRead {
  private final Shape whole;
  private final int elementBytes;
  private final long from;
  private final ByteBuffer target;

  /** Reads bytes of one part. */
  interface PartReader {
    void read(BundleEntry part, long offset, ByteBuffer target) throws IOException;
  }

  private PartitionedRead(Shape whole, int elementBytes, long from, ByteBuffer target) {
    this.whole = whole;
    this.elementBytes = elementBytes;
    this.from = from;
    this.target = target;
  }

  /** Fills {@code target} with the entry's bytes from {@code from} on. */
  static void fill(BundleEntry entry, long from, ByteBuffer target, PartReader reader)
      throws IOException {
    PartitionedRead read = new PartitionedRead(entry.shape(), entry.dtype().bytes(), from, target);
    for (BundleEntry.Part part : entry.parts()) {
      if (part.slice().shape().count() > 0) {
        read.part(part, reader);
      }
    }
    target.position(target.limit());
  }

  private void part(BundleEntry.Part part, PartReader reader) throws IOException {
    TensorSlice slice = part.slice();
    int outer = outerAxes(slice);
    long run = elementBytes;
    for (int axis = Math.max(outer - 1, 0); axis < whole.rank(); axis++) {
      run *= slice.lengths().get(axis);
    }
    long[] at = new long[Math.max(outer - 1, 0)];
    long offset = 0;
    do {
      run(part.entry(), offset, offsetInWhole(slice, at), run, reader);
      offset += run;
    } while (next(at, slice.lengths()));
  }

  /** How many leading axes the slice cuts; behind the last of them, all is contiguous. */
  private int outerAxes(TensorSlice slice) {
    int outer = whole.rank();
    while (outer > 0 && slice.lengths().get(outer - 1) == whole.dim(outer - 1)) {
      outer--;
    }
    return outer;
  }

  private long offsetInWhole(TensorSlice slice, long[] at) {
    long offset = 0;
    for (int axis = 0; axis < whole.rank(); axis++) {
      long index = slice.starts().get(axis) + (axis < at.length ? at[axis] : 0);
      offset = offset * whole.dim(axis) + index;
    }
    return offset * elementBytes;
  }

  private void run(
      BundleEntry part, long offset, long offsetInWhole, long length, PartReader reader)
      throws IOException {
    long begin = Math.max(offsetInWhole, from);
    long end = Math.min(offsetInWhole + length, from + target.remaining());
    if (begin >= end) {
      return;
    }
    int position = target.position() + (int) (begin - from);
    ByteBuffer here = target.duplicate().limit(position + (int) (end - begin)).position(position);
    reader.read(part, offset + begin - offsetInWhole, here);
  }

  /** Counts up; false after the last. */
  private static boolean next(long[] at, List<Long> lengths) {
    for (int axis = at.length - 1; axis >= 0; axis--) {
      if (++at[axis] < lengths.get(axis)) {
        return true;
      }
      at[axis] = 0;
    }
    return false;
  }
}

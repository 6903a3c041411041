package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Rows of several tensors in turn. Each is read ahead of its use, since its rows may be short. */
final class Concatenation implements Elements {
  private final int elementBytes;
  private final Elements[] parts;
  private final long[] rowLengths;
  private final long rowLength;

  /** Whether each part is one row: then nothing is read ahead, or in pieces. */
  private final boolean isOneRow;

  Concatenation(TensorExpr.Concat concat, List<Elements> parts) {
    this.elementBytes = concat.dtype().bytes();
    this.parts = new Elements[parts.size()];
    this.rowLengths = new long[parts.size()];
    this.isOneRow = isOneRow(concat);
    long sum = 0;
    for (int i = 0; i < rowLengths.length; i++) {
      TensorExpr input = concat.inputs().get(i);
      checkFits(concat, input);
      rowLengths[i] =
          new Shape(input.shape().dims().subList(concat.axis(), input.shape().rank())).count();
      sum += rowLengths[i];
      this.parts[i] =
          isOneRow
              ? parts.get(i)
              : new ReadAhead(parts.get(i), elementBytes, input.shape().count());
    }
    this.rowLength = sum;
  }

  static boolean isOneRow(TensorExpr.Concat concat) {
    return new Shape(concat.shape().dims().subList(0, concat.axis())).count() == 1;
  }

  private static void checkFits(TensorExpr.Concat concat, TensorExpr input) {
    List<Long> expected = new java.util.ArrayList<>(concat.shape().dims());
    expected.set(concat.axis(), input.shape().dim(concat.axis()));
    if (input.dtype() != concat.dtype() || !input.shape().dims().equals(expected)) {
      throw new IllegalArgumentException(
          input.describe()
              + " is "
              + input.dtype().torchName()
              + input.shape()
              + " and does not fit into "
              + concat.describe());
    }
  }

  /** Parts one after another are read one after another. */
  @Override
  public long boundary(long first, long most) {
    if (!isOneRow) {
      return first + most;
    }
    long begin = 0;
    int part = 0;
    while (first >= begin + rowLengths[part]) {
      begin += rowLengths[part++];
    }
    long end = begin + rowLengths[part];
    return Math.min(end, begin + parts[part].boundary(first - begin, Math.min(most, end - first)));
  }

  @Override
  public void read(long first, ByteBuffer target) throws IOException {
    long at = first;
    ByteBuffer rest = target.duplicate().order(target.order());
    while (target.hasRemaining()) {
      long row = at / rowLength;
      long inRow = at % rowLength;
      int part = 0;
      while (inRow >= rowLengths[part]) {
        inRow -= rowLengths[part++];
      }
      long length = Math.min(rowLengths[part] - inRow, target.remaining() / elementBytes);
      int end = target.position() + (int) length * elementBytes;
      parts[part].read(row * rowLengths[part] + inRow, rest.limit(end).position(target.position()));
      target.position(end);
      at += length;
    }
  }

  /** Turns short reads one after another into long ones. */
  private static final class ReadAhead implements Elements {
    private static final int WINDOW_BYTES = 1 << 20;

    private final Elements base;
    private final int elementBytes;
    private final long count;
    private ByteBuffer window = Elements.buffer(0);
    private long windowFirst;

    ReadAhead(Elements base, int elementBytes, long count) {
      this.base = base;
      this.elementBytes = elementBytes;
      this.count = count;
    }

    @Override
    public void read(long first, ByteBuffer target) throws IOException {
      if (target.remaining() >= WINDOW_BYTES / 2) {
        base.read(first, target);
        return;
      }
      long end = first + target.remaining() / elementBytes;
      if (first < windowFirst || end > windowFirst + window.limit() / elementBytes) {
        long length = Math.min(WINDOW_BYTES / elementBytes, count - first);
        if (window.capacity() < length * elementBytes) {
          window = Elements.buffer(length * elementBytes);
        }
        window.clear().limit((int) length * elementBytes);
        base.read(first, window);
        windowFirst = first;
      }
      int from = (int) (first - windowFirst) * elementBytes;
      target.put(window.slice(from, target.remaining()));
    }
  }
}

package io.github.tf2torch.tensor;

import java.nio.ByteBuffer;

/**
 * Puts the elements of a strided box into row-major order. Two axes are walked in tiles: the one
 * that is fastest in the source and the one that is fastest in the result, so that neither side
 * leaves the cache.
 */
final class Transposition {
  private static final int TILE = 32;

  private final ByteBuffer in;
  private final ByteBuffer out;
  private final int elementBytes;

  Transposition(ByteBuffer in, ByteBuffer out, int elementBytes) {
    this.in = in.duplicate().clear().order(in.order());
    this.out = out.duplicate().clear().order(in.order());
    this.elementBytes = elementBytes;
  }

  /** Fills {@code out} from its beginning; strides are of {@code in}, in elements. */
  void run(long[] extents, long[] strides, long start) {
    int last = extents.length - 1;
    int fastest = last;
    for (int a = 0; a <= last; a++) {
      if (extents[a] > 1 && (extents[fastest] == 1 || strides[a] < strides[fastest])) {
        fastest = a;
      }
    }
    long[] outStrides = new long[extents.length];
    long stride = 1;
    for (int a = last; a >= 0; a--) {
      outStrides[a] = stride * elementBytes;
      stride *= extents[a];
    }
    Plane plane =
        fastest == last
            ? new Plane(1, 0, 0, extents[last], strides[last] * elementBytes)
            : new Plane(
                extents[fastest],
                strides[fastest] * elementBytes,
                outStrides[fastest],
                extents[last],
                strides[last] * elementBytes);
    long planes = 1;
    for (int a = 0; a < last; a++) {
      planes *= a == fastest ? 1 : extents[a];
    }
    for (long p = 0; p < planes; p++) {
      long from = start * elementBytes;
      long to = 0;
      long rest = p;
      for (int a = last - 1; a >= 0; a--) {
        if (a != fastest) {
          from += rest % extents[a] * strides[a] * elementBytes;
          to += rest % extents[a] * outStrides[a];
          rest /= extents[a];
        }
      }
      plane(plane, Math.toIntExact(from), Math.toIntExact(to));
    }
  }

  /**
   * Two axes; all steps in bytes.
   *
   * @param rows the axis that is fastest in the source
   * @param columns the axis that is fastest in the result, whose step there is one element
   */
  private record Plane(int rows, int rowFrom, int rowTo, int columns, int columnFrom) {
    Plane(long rows, long rowFrom, long rowTo, long columns, long columnFrom) {
      this(
          Math.toIntExact(rows),
          Math.toIntExact(rowFrom),
          Math.toIntExact(rowTo),
          Math.toIntExact(columns),
          Math.toIntExact(columnFrom));
    }
  }

  private void plane(Plane p, int from, int to) {
    if (p.columnFrom == elementBytes && p.rows == 1) {
      int bytes = p.columns * elementBytes;
      out.put(to, in, from, bytes);
      return;
    }
    for (int row = 0; row < p.rows; row += TILE) {
      int rows = Math.min(TILE, p.rows - row);
      for (int column = 0; column < p.columns; column += TILE) {
        int columns = Math.min(TILE, p.columns - column);
        int tileFrom = from + row * p.rowFrom + column * p.columnFrom;
        int tileTo = to + row * p.rowTo + column * elementBytes;
        switch (elementBytes) {
          case 1 -> tile1(p, tileFrom, tileTo, rows, columns);
          case 2 -> tile2(p, tileFrom, tileTo, rows, columns);
          case 4 -> tile4(p, tileFrom, tileTo, rows, columns);
          case 8 -> tile8(p, tileFrom, tileTo, rows, columns, 8);
          case 16 -> {
            tile8(p, tileFrom, tileTo, rows, columns, 16);
            tile8(p, tileFrom + 8, tileTo + 8, rows, columns, 16);
          }
          default -> throw new AssertionError("no element has " + elementBytes + " bytes");
        }
      }
    }
  }

  private void tile1(Plane p, int from, int to, int rows, int columns) {
    for (int c = 0; c < columns; c++) {
      int source = from + c * p.columnFrom;
      for (int r = 0; r < rows; r++) {
        out.put(to + r * p.rowTo + c, in.get(source + r * p.rowFrom));
      }
    }
  }

  private void tile2(Plane p, int from, int to, int rows, int columns) {
    for (int c = 0; c < columns; c++) {
      int source = from + c * p.columnFrom;
      for (int r = 0; r < rows; r++) {
        out.putShort(to + r * p.rowTo + 2 * c, in.getShort(source + r * p.rowFrom));
      }
    }
  }

  private void tile4(Plane p, int from, int to, int rows, int columns) {
    for (int c = 0; c < columns; c++) {
      int source = from + c * p.columnFrom;
      for (int r = 0; r < rows; r++) {
        out.putInt(to + r * p.rowTo + 4 * c, in.getInt(source + r * p.rowFrom));
      }
    }
  }

  private void tile8(Plane p, int from, int to, int rows, int columns, int step) {
    for (int c = 0; c < columns; c++) {
      int source = from + c * p.columnFrom;
      for (int r = 0; r < rows; r++) {
        out.putLong(to + r * p.rowTo + step * c, in.getLong(source + r * p.rowFrom));
      }
    }
  }
}

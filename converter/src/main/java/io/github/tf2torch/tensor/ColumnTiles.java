package io.github.tf2torch.tensor;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * Turns columns that lie together into rows, elements of four bytes: the common case of a kernel.
 * Tiles go through two small arrays that stay in the first cache, so that both buffers are touched
 * in stretches of {@link #COLUMNS} and {@link #ROWS} elements. Where all is even, elements go in
 * pairs. Holds its arrays, so it is for one thread.
 */
final class ColumnTiles {
  private static final int ROWS = 64;
  private static final int COLUMNS = 128;

  /**
   * What a row of a tile takes: one more, so that a column of it is not in one set of the cache.
   */
  private static final int ROW_STEP = COLUMNS + 2;

  private static final int COLUMN_STEP = ROWS + 2;

  /** So that the offsets of all rows are small against the elements themselves. */
  private static final int MOST_ROWS = 1 << 16;

  private int[] in = {};
  private int[] out = {};
  private long[] inPairs = {};
  private long[] outPairs = {};

  /** Whether columns of these lie together, and enough of them. */
  static boolean fits(int elementBytes, long[] extents, long[] strides) {
    if (elementBytes != Integer.BYTES || extents.length < 2 || strides[0] != 1) {
      return false;
    }
    long rows = 1;
    for (int a = 1; a < extents.length; a++) {
      rows *= extents[a];
    }
    return extents[0] >= 8 && rows > 1 && rows <= MOST_ROWS;
  }

  /** Where the element of column 0 of each row lies: all indexes of the axes but the first. */
  static int[] rowOffsets(long[] extents, long[] strides) {
    int rows = 1;
    for (int a = 1; a < extents.length; a++) {
      rows *= Math.toIntExact(extents[a]);
    }
    int[] offsets = new int[rows];
    int repeated = rows;
    for (int a = 1; a < extents.length; a++) {
      int extent = (int) extents[a];
      repeated /= extent;
      for (int row = 0; row < rows; row++) {
        offsets[row] += Math.toIntExact(row / repeated % extent * strides[a]);
      }
    }
    return offsets;
  }

  /**
   * Writes {@code columns} rows of {@code rowOffsets.length} elements to {@code to}, from its
   * beginning.
   *
   * @param start the first column
   */
  void run(ByteBuffer from, int start, int columns, int[] rowOffsets, ByteBuffer to) {
    ByteBuffer source = from.duplicate().clear().order(from.order());
    ByteBuffer target = to.duplicate().clear().order(from.order());
    if (isEven(start, columns, rowOffsets)) {
      pairs(source.asLongBuffer(), start, columns, rowOffsets, target.asLongBuffer());
    } else {
      singles(source.asIntBuffer(), start, columns, rowOffsets, target.asIntBuffer());
    }
  }

  private static boolean isEven(int start, int columns, int[] rowOffsets) {
    int odd = start | columns | rowOffsets.length;
    for (int offset : rowOffsets) {
      odd |= offset;
    }
    return (odd & 1) == 0;
  }

  private void singles(IntBuffer from, int start, int columns, int[] rowOffsets, IntBuffer to) {
    if (in.length == 0) {
      in = new int[ROWS * ROW_STEP];
      out = new int[COLUMNS * COLUMN_STEP];
    }
    int rows = rowOffsets.length;
    for (int column = 0; column < columns; column += COLUMNS) {
      int width = Math.min(COLUMNS, columns - column);
      for (int row = 0; row < rows; row += ROWS) {
        int height = Math.min(ROWS, rows - row);
        for (int r = 0; r < height; r++) {
          from.get(rowOffsets[row + r] + start + column, in, r * ROW_STEP, width);
        }
        for (int r = 0; r < height; r++) {
          turnRow(in, out, r, width);
        }
        for (int c = 0; c < width; c++) {
          to.put((column + c) * rows + row, out, c * COLUMN_STEP, height);
        }
      }
    }
  }

  private static void turnRow(int[] in, int[] out, int row, int width) {
    for (int c = 0; c < width; c++) {
      out[c * COLUMN_STEP + row] = in[row * ROW_STEP + c];
    }
  }

  private void pairs(LongBuffer from, int start, int columns, int[] rowOffsets, LongBuffer to) {
    if (inPairs.length == 0) {
      inPairs = new long[ROWS * ROW_STEP / 2];
      outPairs = new long[COLUMNS * COLUMN_STEP / 2];
    }
    int rows = rowOffsets.length;
    for (int column = 0; column < columns; column += COLUMNS) {
      int width = Math.min(COLUMNS, columns - column);
      for (int row = 0; row < rows; row += ROWS) {
        int height = Math.min(ROWS, rows - row);
        gather(from, start + column, rowOffsets, row, height, width);
        for (int r = 0; r < height; r += 2) {
          turnPairOfRows(inPairs, outPairs, r, width);
        }
        scatter(to, column * rows + row, rows, width, height);
      }
    }
  }

  private void gather(
      LongBuffer from, int column, int[] rowOffsets, int row, int height, int width) {
    for (int r = 0; r < height; r++) {
      from.get(rowOffsets[row + r] + column >> 1, inPairs, r * ROW_STEP / 2, width / 2);
    }
  }

  private void scatter(LongBuffer to, int at, int rows, int width, int height) {
    for (int c = 0; c < width; c++) {
      to.put(at + c * rows >> 1, outPairs, c * COLUMN_STEP / 2, height / 2);
    }
  }

  /** Two elements of two rows become two rows of two elements, in registers. */
  private static void turnPairOfRows(long[] in, long[] out, int row, int width) {
    int upper = row * ROW_STEP / 2;
    int lower = upper + ROW_STEP / 2;
    int to = row / 2;
    for (int c = 0; c < width / 2; c++) {
      long a = in[upper + c];
      long b = in[lower + c];
      out[c * COLUMN_STEP + to] = a & 0xFFFF_FFFFL | b << 32;
      out[c * COLUMN_STEP + COLUMN_STEP / 2 + to] = a >>> 32 | b & 0xFFFF_FFFF_0000_0000L;
    }
  }
}

package io.github.tf2torch.read.bundle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The key of a part of a partitioned variable: EncodeTensorNameSlice in saved_tensor_slice_util.cc,
 * in the codes of core/lib/strings/ordered_code.cc, which sort as what they stand for.
 */
final class SliceKey {
  /** By the count of bytes: the first two bytes' bits that say that count. */
  private static final int[][] LENGTH_BITS = {
    {0, 0},
    {0x80, 0},
    {0xc0, 0},
    {0xe0, 0},
    {0xf0, 0},
    {0xf8, 0},
    {0xfc, 0},
    {0xfe, 0},
    {0xff, 0},
    {0xff, 0x80},
    {0xff, 0xc0}
  };

  private static final long FULL_EXTENT = -1;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private SliceKey() {}

  static byte[] of(String name, TensorSlice slice) {
    SliceKey key = new SliceKey();
    key.number(0);
    key.text(name);
    key.number(slice.starts().size());
    for (int axis = 0; axis < slice.starts().size(); axis++) {
      boolean isFull = slice.isFull().get(axis);
      key.signed(isFull ? 0 : slice.starts().get(axis));
      key.signed(isFull ? FULL_EXTENT : slice.lengths().get(axis));
    }
    return key.out.toByteArray();
  }

  /** WriteNumIncreasing: a count of bytes, then as many, highest first. */
  private void number(long value) {
    int bytes = (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8;
    out.write(bytes);
    for (int i = bytes - 1; i >= 0; i--) {
      out.write((int) (value >>> (8 * i)));
    }
  }

  /** WriteString: 0 and 255 are escaped, 0 1 ends it. */
  private void text(String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.write(b);
      if (b == 0) {
        out.write(0xff);
      } else if (b == (byte) 0xff) {
        out.write(0);
      }
    }
    out.write(0);
    out.write(1);
  }

  /** WriteSignedNumIncreasing: seven bits a byte, the count of bytes in the leading bits. */
  private void signed(long value) {
    long magnitude = value < 0 ? ~value : value;
    int length = (Long.SIZE - Long.numberOfLeadingZeros(magnitude)) / 7 + 1;
    byte sign = (byte) (value < 0 ? 0xff : 0);
    byte[] bytes = ByteBuffer.allocate(10).put(sign).put(sign).putLong(value).array();
    int first = bytes.length - length;
    bytes[first] ^= (byte) LENGTH_BITS[length][0];
    if (length > 1) {
      bytes[first + 1] ^= (byte) LENGTH_BITS[length][1];
    }
    out.write(bytes, first, length);
  }
}

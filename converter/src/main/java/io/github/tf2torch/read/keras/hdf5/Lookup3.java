package io.github.tf2torch.read.keras.hdf5;

import java.nio.ByteBuffer;

/**
 * The checksum of HDF5's newer metadata: Bob Jenkins's lookup3, {@code H5_checksum_lookup3} in
 * {@code H5checksum.c}.
 */
final class Lookup3 {
  private Lookup3() {}

  static int of(ByteBuffer bytes) {
    int length = bytes.remaining();
    int a = 0xdeadbeef + length;
    int b = a;
    int c = a;
    int at = bytes.position();
    for (; length > 12; length -= 12, at += 12) {
      a += word(bytes, at, 4);
      b += word(bytes, at + 4, 4);
      c += word(bytes, at + 8, 4);
      a = (a - c) ^ Integer.rotateLeft(c, 4);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 6);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 8);
      b += a;
      a = (a - c) ^ Integer.rotateLeft(c, 16);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 19);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 4);
      b += a;
    }
    if (length == 0) {
      return c;
    }
    a += word(bytes, at, Math.min(4, length));
    b += word(bytes, at + 4, Math.min(4, Math.max(0, length - 4)));
    c += word(bytes, at + 8, Math.max(0, length - 8));
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    c = (c ^ b) - Integer.rotateLeft(b, 24);
    return c;
  }

  private static int word(ByteBuffer bytes, int at, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes.get(at + i) & 0xFF) << 8 * i;
    }
    return value;
  }
}

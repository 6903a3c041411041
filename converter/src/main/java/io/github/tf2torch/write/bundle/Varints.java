package io.github.tf2torch.write.bundle;

import java.io.ByteArrayOutputStream;

/**
 * Bytes of tables and of the two small messages in them, which are written by hand so that Protobuf
 * stays with the readers.
 */
final class Varints {
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Varints varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  Varints fixed32(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(value >>> shift);
    }
    return this;
  }

  Varints raw(byte[] bytes, int from, int length) {
    out.write(bytes, from, length);
    return this;
  }

  Varints raw(byte[] bytes) {
    return raw(bytes, 0, bytes.length);
  }

  /** A field that holds a number; one that is zero is left out, as protobuf does. */
  Varints field(int number, long value) {
    return value == 0 ? this : varint(tag(number, VARINT)).varint(value);
  }

  Varints field(int number, byte[] message) {
    return varint(tag(number, BYTES)).varint(message.length).raw(message);
  }

  Varints fieldFixed32(int number, int value) {
    return value == 0 ? this : varint(tag(number, FIXED_32)).fixed32(value);
  }

  private static long tag(int number, int wireType) {
    return (long) number << 3 | wireType;
  }

  int size() {
    return out.size();
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}

package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.DamagedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads a block of metadata from its start to its end, little-endian. Overrunning it is damage. */
final class Cursor {
  /** The address of what is not there. */
  static final long UNDEFINED = -1;

  private final Region region;
  private final long address;
  private final ByteBuffer bytes;
  private final int offsetBytes;
  private final int lengthBytes;

  Cursor(Region region, long address, ByteBuffer bytes, int offsetBytes, int lengthBytes) {
    this.region = region;
    this.address = address;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    this.offsetBytes = offsetBytes;
    this.lengthBytes = lengthBytes;
  }

  int u8() {
    need(1);
    return Byte.toUnsignedInt(bytes.get());
  }

  int u16() {
    need(2);
    return Short.toUnsignedInt(bytes.getShort());
  }

  long u32() {
    need(4);
    return Integer.toUnsignedLong(bytes.getInt());
  }

  /** An unsigned number of so many bytes; one of 2^63 and more is damage. */
  long unsigned(int count) {
    long value = raw(count);
    if (value < 0) {
      throw damaged("the number " + Long.toUnsignedString(value) + " is too large");
    }
    return value;
  }

  /** An address in the file, or {@link #UNDEFINED}. */
  long address() {
    long value = raw(offsetBytes);
    boolean isUndefined = offsetBytes < 8 && value == (1L << 8 * offsetBytes) - 1;
    return isUndefined ? UNDEFINED : value;
  }

  long length() {
    return unsigned(lengthBytes);
  }

  private long raw(int count) {
    if (count < 0 || count > 8) {
      throw damaged("a number of " + count + " bytes is not possible");
    }
    need(count);
    if (count == 8) {
      return bytes.getLong();
    }
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes.get() & 0xFFL) << 8 * i;
    }
    return value;
  }

  String text(int length) {
    need(length);
    byte[] encoded = new byte[length];
    bytes.get(encoded);
    return untilNull(encoded);
  }

  /** Text that a zero byte ends, padded so that it and its end fill a multiple of {@code unit}. */
  String terminatedText(int unit) {
    int end = bytes.position();
    while (end < bytes.limit() && bytes.get(end) != 0) {
      end++;
    }
    byte[] encoded = new byte[end - bytes.position()];
    bytes.get(encoded);
    skip(1);
    skip((unit - (encoded.length + 1) % unit) % unit);
    return new String(encoded, StandardCharsets.UTF_8);
  }

  static String untilNull(byte[] encoded) {
    int length = 0;
    while (length < encoded.length && encoded[length] != 0) {
      length++;
    }
    return new String(encoded, 0, length, StandardCharsets.UTF_8);
  }

  /** The next bytes as a cursor of their own. */
  Cursor slice(long length) {
    long at = address + bytes.position();
    need(length);
    ByteBuffer part = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return new Cursor(region, at, part, offsetBytes, lengthBytes);
  }

  /** The same bytes once more, from their start. */
  Cursor again() {
    return new Cursor(region, address, bytes.duplicate().rewind(), offsetBytes, lengthBytes);
  }

  /** All that remains. */
  ByteBuffer rest() {
    return bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  void skip(long count) {
    need(count);
    bytes.position(bytes.position() + (int) count);
  }

  int position() {
    return bytes.position();
  }

  int remaining() {
    return bytes.remaining();
  }

  /** Four letters that say what this block is. */
  void signature(String expected) {
    String found = text(4);
    if (!found.equals(expected)) {
      throw damaged("found \"" + printable(found) + "\", expected \"" + expected + "\"");
    }
  }

  void version(String what, int lowest, int highest) {
    int found = u8();
    if (found < lowest || found > highest) {
      throw unknownVersion(what, found);
    }
  }

  DamagedFile unknownVersion(String what, int found) {
    return damaged(what + " has version " + found + ", which is not known; the file is damaged");
  }

  private static String printable(String text) {
    return text.replaceAll("[^\\x20-\\x7e]", "?");
  }

  private void need(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw damaged(
          "%d bytes are expected here, the block has %d left; the file is damaged"
              .formatted(count, bytes.remaining()));
    }
  }

  DamagedFile damaged(String what) {
    return region.damaged(address + bytes.position(), what);
  }
}

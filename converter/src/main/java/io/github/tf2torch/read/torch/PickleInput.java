package io.github.tf2torch.read.torch;

import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a pickle, in order, through a window; every length is checked before it is taken.
 */
final class PickleInput {
  private static final int WINDOW_BYTES = 1 << 16;

  /** Names, configurations: no text of a checkpoint comes near it. */
  private static final long LONGEST_TEXT = 16 << 20;

  /** Where the bytes are. */
  @FunctionalInterface
  interface Bytes {
    void read(long offset, ByteBuffer target) throws IOException;
  }

  private final String place;
  private final Bytes bytes;
  private final long size;
  private final ByteBuffer window;
  private long windowBegin;

  /**
   * Begins at {@code begin}.
   *
   * @param place how messages name the file
   */
  PickleInput(String place, Bytes bytes, long begin, long size) {
    this.place = place;
    this.bytes = bytes;
    this.size = size;
    this.windowBegin = begin;
    this.window =
        ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, Math.max(0, size - begin)))
            .order(ByteOrder.LITTLE_ENDIAN)
            .limit(0);
  }

  static PickleInput of(String place, byte[] pickle) {
    return new PickleInput(
        place, (offset, to) -> to.put(pickle, (int) offset, to.remaining()), 0, pickle.length);
  }

  /** The offset of the next byte. */
  long position() {
    return windowBegin + window.position();
  }

  private long remaining() {
    return size - position();
  }

  int unsignedByte() throws IOException {
    return Byte.toUnsignedInt(take(1).get());
  }

  int unsignedShort() throws IOException {
    return Short.toUnsignedInt(take(2).getShort());
  }

  int int32() throws IOException {
    return take(4).getInt();
  }

  long unsignedInt() throws IOException {
    return Integer.toUnsignedLong(int32());
  }

  long int64() throws IOException {
    return take(8).getLong();
  }

  /** A float as {@code BINFLOAT} has it: big-endian, unlike everything else. */
  double bigEndianDouble() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(int64()));
  }

  String text(long length) throws IOException {
    return decoded(array(length), StandardCharsets.UTF_8);
  }

  /** A {@code str} of Python 2, whose names of tensors are ASCII. */
  String latinText(long length) throws IOException {
    return decoded(array(length), StandardCharsets.ISO_8859_1);
  }

  /** What comes before the next line feed. */
  String line() throws IOException {
    java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
    for (int b = unsignedByte(); b != '\n'; b = unsignedByte()) {
      line.write(b);
      if (line.size() > 1 << 16) {
        throw damaged("a line of more than 65536 bytes");
      }
    }
    return decoded(line.toByteArray(), StandardCharsets.UTF_8);
  }

  byte[] array(long length) throws IOException {
    checkRemaining(length);
    if (length > LONGEST_TEXT) {
      throw new UnsupportedFile(
          at() + "a text of " + length + " bytes; more than " + LONGEST_TEXT + " are not read");
    }
    byte[] all = new byte[(int) length];
    for (int at = 0; at < all.length; ) {
      int count = Math.min(window.capacity(), all.length - at);
      take(count).get(all, at, count);
      at += count;
    }
    return all;
  }

  void skip(long length) throws IOException {
    checkRemaining(length);
    long target = position() + length;
    windowBegin = target;
    window.position(0).limit(0);
  }

  private String decoded(byte[] encoded, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
    } catch (CharacterCodingException e) {
      throw new DamagedFile(at() + "a text is not UTF-8", e);
    }
  }

  private void checkRemaining(long length) {
    if (length < 0 || length > remaining()) {
      throw damaged(
          "%s bytes are expected here, but %d are left; the file is damaged or truncated"
              .formatted(Long.toUnsignedString(length), remaining()));
    }
  }

  /** The window, with at least {@code count} bytes in it, which must fit. */
  private ByteBuffer take(int count) throws IOException {
    if (window.remaining() < count) {
      checkRemaining(count);
      windowBegin = position();
      window.clear().limit((int) Math.min(window.capacity(), size - windowBegin));
      bytes.read(windowBegin, window);
      window.flip();
    }
    return window;
  }

  DamagedFile damaged(String what) {
    return new DamagedFile(at() + what);
  }

  /** How messages name the place: {@code model.pt: data.pkl @ 0x1f4: }. */
  String at() {
    return place + " @ 0x" + Long.toHexString(position()) + ": ";
  }
}

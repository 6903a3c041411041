package io.github.tf2torch.read.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The compression that TensorFlow 1 builds with Snappy wrote index blocks in
 * (github.com/google/snappy/format_description.txt): literals, and copies from what came before.
 */
final class Snappy {
  /** A copy of three bytes makes 64, so no honest block grows more than this. */
  private static final int MOST_GROWTH = 64;

  private Snappy() {}

  /** The plain bytes, little-endian; empty where the compressed ones break the format. */
  static Optional<ByteBuffer> decompress(ByteBuffer compressed) {
    ByteBuffer in = compressed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    OptionalLong length = Varint.read(in);
    if (length.isEmpty()
        || length.getAsLong() < 0
        || length.getAsLong() > (long) in.remaining() * MOST_GROWTH) {
      return Optional.empty();
    }
    ByteBuffer out = ByteBuffer.allocate((int) length.getAsLong()).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      int tag = Byte.toUnsignedInt(in.get());
      boolean fits = (tag & 3) == 0 ? literal(in, out, tag >>> 2) : copy(in, out, tag);
      if (!fits) {
        return Optional.empty();
      }
    }
    return out.hasRemaining() ? Optional.empty() : Optional.of(out.flip());
  }

  private static boolean literal(ByteBuffer in, ByteBuffer out, int code) {
    long length = code + 1L;
    if (code >= 60) {
      OptionalLong more = number(in, code - 59);
      if (more.isEmpty()) {
        return false;
      }
      length = more.getAsLong() + 1;
    }
    if (length > in.remaining() || length > out.remaining()) {
      return false;
    }
    out.put(in.slice(in.position(), (int) length));
    in.position(in.position() + (int) length);
    return true;
  }

  private static boolean copy(ByteBuffer in, ByteBuffer out, int tag) {
    boolean isShort = (tag & 3) == 1;
    int length = isShort ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2);
    OptionalLong low = number(in, isShort ? 1 : (tag & 3) == 2 ? 2 : 4);
    if (low.isEmpty()) {
      return false;
    }
    long back = isShort ? ((tag >>> 5) << 8) | low.getAsLong() : low.getAsLong();
    if (back == 0 || back > out.position() || length > out.remaining()) {
      return false;
    }
    // Byte by byte: a copy may reach into what it is just writing.
    for (int i = 0; i < length; i++) {
      out.put(out.get(out.position() - (int) back));
    }
    return true;
  }

  private static OptionalLong number(ByteBuffer in, int bytes) {
    if (bytes > in.remaining()) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= Byte.toUnsignedLong(in.get()) << (8 * i);
    }
    return OptionalLong.of(value);
  }
}

package io.github.tf2torch.read.bundle;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The compression that TensorFlow 1 builds with Snappy wrote index blocks in
 * (github.com/google/snappy/format_description.txt).
 */
final class Snappy {
  /** A copy of three bytes makes 64, so no honest block grows more than this. */
  private static final int MOST_GROWTH = 64;

  private Snappy() {}

  /** The plain bytes, little-endian; empty where the compressed ones break the format. */
  static Optional<ByteBuffer> decompress(ByteBuffer compressed) {
    ByteBuffer in = compressed.duplicate();
    OptionalLong length = Varint.read(in);
    if (length.isEmpty()
        || length.getAsLong() < 0
        || length.getAsLong() > (long) in.remaining() * MOST_GROWTH) {
      return Optional.empty();
    }
    byte[] bytes = new byte[compressed.remaining()];
    compressed.duplicate().get(bytes);
    byte[] plain = new byte[Math.toIntExact(length.getAsLong())];
    try {
      int made =
          new SnappyDecompressor().decompress(bytes, 0, bytes.length, plain, 0, plain.length);
      return made == plain.length
          ? Optional.of(ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN))
          : Optional.empty();
    } catch (MalformedInputException e) {
      return Optional.empty();
    }
  }
}

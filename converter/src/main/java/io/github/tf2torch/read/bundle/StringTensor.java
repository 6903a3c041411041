package io.github.tf2torch.read.bundle;

import io.github.tf2torch.io.MaskedCrc;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * A tensor of strings as a bundle stores it: a varint length for each, the masked CRC32C of the
 * lengths, the strings one after another (WriteStringTensor in tensor_bundle.cc). The checksums run
 * over lengths of four bytes each (eight for those that need them), not over the varints.
 */
record StringTensor(byte[] bytes, List<byte[]> elements) {
  static StringTensor read(SourceFile shard, BundleEntry entry) throws IOException {
    ByteBuffer in = shard.read(entry.offset(), entry.size());
    long count = entry.shape().count();
    if (count > entry.size()) {
      throw damaged(shard, entry, count + " strings do not fit into " + entry.size() + " bytes");
    }
    CRC32C crc = new CRC32C();
    long[] lengths = new long[(int) count];
    for (int i = 0; i < count; i++) {
      OptionalLong length = Varint.read(in);
      if (length.isEmpty() || length.getAsLong() < 0) {
        throw damaged(shard, entry, "the length of string " + i + " does not end");
      }
      lengths[i] = length.getAsLong();
      crc.update(lengthBytes(lengths[i]));
    }
    if (in.remaining() < 4) {
      throw damaged(shard, entry, "the lengths have no checksum");
    }
    int stored = in.getInt();
    if (MaskedCrc.of(crc) != stored) {
      throw damaged(shard, entry, MaskedCrc.mismatch("lengths'", MaskedCrc.of(crc), stored));
    }
    ByteBuffer tail = in.duplicate();
    crc.update(tail.position(in.position() - 4));
    if (MaskedCrc.of(crc) != entry.maskedCrc()) {
      throw damaged(
          shard, entry, MaskedCrc.mismatch("tensor", MaskedCrc.of(crc), entry.maskedCrc()));
    }
    List<byte[]> elements = new ArrayList<>();
    for (long length : lengths) {
      if (length > in.remaining()) {
        throw damaged(shard, entry, "the strings end before their lengths do");
      }
      byte[] element = new byte[(int) length];
      in.get(element);
      elements.add(element);
    }
    if (in.hasRemaining()) {
      throw damaged(shard, entry, in.remaining() + " bytes are left over after the last string");
    }
    return new StringTensor(in.array(), elements);
  }

  private static ByteBuffer lengthBytes(long length) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    return bytes.limit(length >>> 32 == 0 ? 4 : 8);
  }

  private static DamagedFile damaged(SourceFile shard, BundleEntry entry, String what) {
    return shard.damaged(entry.offset(), "\"" + entry.key() + "\": " + what);
  }
}

package io.github.tf2torch.read.bundle;

import com.google.protobuf.MessageLite;
import io.github.tf2torch.io.MaskedCrc;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A table file (TableReader) around any content, all its checksums right: what a liar would write.
 */
final class SealedTable {
  static final int PLAIN = 0;
  static final int SNAPPY = 1;
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final byte[] LAST_KEY = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private SealedTable() {}

  /** Of one data block. */
  static byte[] ofBlock(byte[] content, int compression) {
    SealedTable table = new SealedTable();
    byte[] data = table.block(content, compression);
    byte[] meta = table.block(rows(new TreeMap<>()), PLAIN);
    SortedMap<String, byte[]> pointers = new TreeMap<>();
    pointers.put(new String(LAST_KEY, StandardCharsets.ISO_8859_1), data);
    byte[] index = table.block(rows(pointers), PLAIN);
    ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    footer.put(meta).put(index).putLong(40, MAGIC);
    table.file.writeBytes(footer.array());
    return table.file.toByteArray();
  }

  /** Of messages under their keys, each character of a key one byte of it. */
  static byte[] of(Map<String, ? extends MessageLite> messages) {
    SortedMap<String, byte[]> values = new TreeMap<>();
    messages.forEach((k, v) -> values.put(k, v.toByteArray()));
    return ofBlock(rows(values), PLAIN);
  }

  private static byte[] rows(SortedMap<String, byte[]> values) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    values.forEach(
        (key, value) -> {
          byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
          block.write(0);
          varint(block, name.length);
          varint(block, value.length);
          block.writeBytes(name);
          block.writeBytes(value);
        });
    block.writeBytes(new byte[] {0, 0, 0, 0, 1, 0, 0, 0});
    return block.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    for (; rest >>> 7 != 0; rest >>>= 7) {
      out.write((int) (rest & 0x7f | 0x80));
    }
    out.write((int) rest);
  }

  /** Writes a block and answers its handle. */
  private byte[] block(byte[] content, int compression) {
    ByteArrayOutputStream handle = new ByteArrayOutputStream();
    varint(handle, file.size());
    varint(handle, content.length);
    CRC32C crc = new CRC32C();
    crc.update(content);
    crc.update(compression);
    file.writeBytes(content);
    file.write(compression);
    file.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(MaskedCrc.of(crc)).array());
    return handle.toByteArray();
  }
}

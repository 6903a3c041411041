package io.github.tf2torch.read.bundle;

import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.io.MaskedCrc;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A sorted table of keys and values, the format that TensorFlow took from LevelDB
 * (tensorflow/core/lib/io/table_format.txt, github.com/google/leveldb/doc/table_format.md): data
 * blocks, an index block that points to them, a 48-byte footer that points to the index.
 */
final class TableReader {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final int PLAIN = 0;
  private static final int SNAPPY = 1;

  /** After each block: one byte of compression type, four of masked CRC32C over both. */
  private static final int TRAILER_BYTES = 5;

  private final SourceFile file;

  private TableReader(SourceFile file) {
    this.file = file;
  }

  /** A key, its value (a view from 0 to its limit), and where its block is. */
  record Row(byte[] key, ByteBuffer value, long blockOffset, long blockBytes) {
    Row {
      key = key.clone();
    }

    @Override
    public byte[] key() {
      return key.clone();
    }
  }

  private record Handle(long offset, long size) {}

  /** All rows, in the order of their keys; every block's checksum is checked. */
  static List<Row> rows(SourceFile file) throws IOException {
    List<Row> rows = new ArrayList<>();
    scan(file, rows::add);
    return rows;
  }

  /** The same, one after another: a block is let go of before the next is read. */
  static void scan(SourceFile file, Consumer<Row> hearer) throws IOException {
    new TableReader(file).scan(hearer);
  }

  /** A row that was met before, read again. */
  static Row again(SourceFile file, Row met) throws IOException {
    long footerAt = file.size() - FOOTER_BYTES;
    return new TableReader(file)
        .block(new Handle(met.blockOffset(), met.blockBytes()), footerAt).stream()
            .filter(r -> Arrays.equals(r.key(), met.key()))
            .findFirst()
            .orElseThrow(() -> file.damaged(met.blockOffset(), "the block has changed"));
  }

  private void scan(Consumer<Row> hearer) throws IOException {
    if (file.size() < FOOTER_BYTES) {
      ForeignBytes.refuse(file.path(), Set.of());
      throw file.damaged(
          0,
          "the file has "
              + file.size()
              + " bytes, a table has at least 48; it is truncated or no"
              + " checkpoint index");
    }
    long footerAt = file.size() - FOOTER_BYTES;
    ByteBuffer footer = file.read(footerAt, FOOTER_BYTES);
    if (footer.getLong(FOOTER_BYTES - 8) != MAGIC) {
      ForeignBytes.refuse(file.path(), Set.of());
      throw file.damaged(
          file.size() - 8,
          "the table's last 8 bytes are 0x%016x, expected 0x%016x; the file is truncated or no checkpoint index"
              .formatted(footer.getLong(FOOTER_BYTES - 8), MAGIC));
    }
    Handle metaIndex = handle(footer, footerAt);
    Handle index = handle(footer, footerAt);
    block(metaIndex, footerAt);
    boolean isFirst = true;
    byte[] last = new byte[0];
    for (Row pointer : block(index, footerAt)) {
      Handle data = handle(pointer.value(), index.offset());
      List<Row> inBlock = block(data, footerAt);
      for (Row row : inBlock) {
        if (!isFirst && Arrays.compareUnsigned(last, row.key()) >= 0) {
          throw file.damaged(data.offset(), "keys are not in order; the file is damaged");
        }
        isFirst = false;
        last = row.key();
        hearer.accept(row);
      }
      if (Arrays.compareUnsigned(last, pointer.key()) > 0) {
        throw file.damaged(
            index.offset(), "the index names a key before its block's last; the file is damaged");
      }
    }
  }

  private List<Row> block(Handle handle, long footerAt) throws IOException {
    long limit = footerAt - TRAILER_BYTES;
    if (handle.offset() < 0 || handle.size() < 0 || handle.size() > limit - handle.offset()) {
      throw file.damaged(
          footerAt,
          "a block of %s bytes at %s is named, but there are only %d bytes; the file is damaged or truncated"
              .formatted(
                  Long.toUnsignedString(handle.size()),
                  Long.toUnsignedString(handle.offset()),
                  footerAt));
    }
    ByteBuffer bytes = file.read(handle.offset(), handle.size() + TRAILER_BYTES);
    int size = bytes.limit() - TRAILER_BYTES;
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().limit(size + 1));
    int stored = bytes.getInt(size + 1);
    if (MaskedCrc.of(crc) != stored) {
      throw file.damaged(handle.offset(), MaskedCrc.mismatch("block", MaskedCrc.of(crc), stored));
    }
    int compression = bytes.get(size);
    ByteBuffer content = bytes.limit(size);
    if (compression == SNAPPY) {
      content =
          Snappy.decompress(content)
              .orElseThrow(
                  () -> file.damaged(handle.offset(), "the block is no Snappy; it is damaged"));
    } else if (compression != PLAIN) {
      throw new UnsupportedFile(
          file.at(handle.offset())
              + "the block's compression is of type "
              + compression
              + ", which is not supported (0 is none, 1 Snappy). Load the checkpoint and save it"
              + " again with TensorFlow 2");
    }
    return entries(content, handle);
  }

  /** Entries share prefixes with their predecessor; the restart array after them is not needed. */
  private List<Row> entries(ByteBuffer block, Handle handle) {
    long blockAt = handle.offset();
    int end = block.limit() - 4;
    int restarts = end < 0 ? -1 : block.getInt(end);
    if (restarts < 0 || restarts > end / 4) {
      throw file.damaged(blockAt, "the block's count of restarts is wrong; the file is damaged");
    }
    ByteBuffer in = block.duplicate().order(block.order()).limit(end - 4 * restarts);
    List<Row> rows = new ArrayList<>();
    byte[] key = new byte[0];
    while (in.hasRemaining()) {
      long shared = varint(in, blockAt);
      long unshared = varint(in, blockAt);
      long valueBytes = varint(in, blockAt);
      if (shared < 0
          || shared > key.length
          || unshared < 0
          || unshared > in.remaining()
          || valueBytes < 0
          || valueBytes > in.remaining() - unshared) {
        throw file.damaged(blockAt, "an entry's lengths do not fit its block; the file is damaged");
      }
      byte[] next = Arrays.copyOf(key, Math.toIntExact(shared + unshared));
      in.get(next, (int) shared, (int) unshared);
      key = next;
      rows.add(new Row(key, in.slice(in.position(), (int) valueBytes), blockAt, handle.size()));
      in.position(in.position() + (int) valueBytes);
    }
    return rows;
  }

  private Handle handle(ByteBuffer in, long at) {
    return new Handle(varint(in, at), varint(in, at));
  }

  private long varint(ByteBuffer in, long at) {
    return Varint.read(in)
        .orElseThrow(() -> file.damaged(at, "a number does not end; the file is damaged"));
  }
}

package io.github.tf2torch.write.bundle;

import io.github.tf2torch.io.MaskedCrc;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A sorted table of keys and values, the format that TensorFlow took from LevelDB
 * (tensorflow/core/lib/io/table_format.txt), not compressed, as TensorFlow writes its indexes.
 */
final class TableWriter {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;

  /** {@code Options::block_size} of table_options.h. */
  private static final int BLOCK_BYTES = 256 << 10;

  private static final byte PLAIN = 0;

  private final OutputStream out;
  private final TableBlock index = new TableBlock(1);
  private TableBlock block = new TableBlock(TableBlock.RESTART_INTERVAL);
  private byte[] last = new byte[0];
  private boolean isFirst = true;
  private long written;

  TableWriter(OutputStream out) {
    this.out = out;
  }

  /** Keys have to come in the order of their unsigned bytes. */
  void add(byte[] key, byte[] value) throws IOException {
    if (!isFirst && Arrays.compareUnsigned(last, key) >= 0) {
      throw new IllegalArgumentException("keys are not in order");
    }
    isFirst = false;
    last = key.clone();
    block.add(key, value);
    if (block.size() >= BLOCK_BYTES) {
      flush();
    }
  }

  void finish() throws IOException {
    if (!block.isEmpty()) {
      flush();
    }
    byte[] metaIndex = write(new TableBlock(1));
    byte[] handle = write(index);
    Varints footer = new Varints().raw(metaIndex).raw(handle);
    footer.raw(new byte[FOOTER_BYTES - Long.BYTES - footer.size()]);
    footer.fixed32((int) MAGIC).fixed32((int) (MAGIC >>> 32));
    out.write(footer.bytes());
  }

  private void flush() throws IOException {
    index.add(last, write(block));
    block = new TableBlock(TableBlock.RESTART_INTERVAL);
  }

  /** Answers the handle: where the block is, and how many bytes it has without its trailer. */
  private byte[] write(TableBlock content) throws IOException {
    byte[] bytes = content.bytes();
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    crc.update(PLAIN);
    byte[] trailer = new Varints().raw(new byte[] {PLAIN}).fixed32(MaskedCrc.of(crc)).bytes();
    out.write(bytes);
    out.write(trailer);
    byte[] handle = new Varints().varint(written).varint(bytes.length).bytes();
    written += bytes.length + trailer.length;
    return handle;
  }
}

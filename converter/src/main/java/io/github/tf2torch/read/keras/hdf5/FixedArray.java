package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * An array of pieces of a size that was known from the start. Section VII.B of the specification.
 */
final class FixedArray {
  private final Metadata metadata;
  private final ChunkGrid grid;
  private final boolean isFiltered;
  private final Map<Long, Chunk> chunks = new HashMap<>();
  private long next;

  private FixedArray(Metadata metadata, ChunkGrid grid, boolean isFiltered) {
    this.metadata = metadata;
    this.grid = grid;
    this.isFiltered = isFiltered;
  }

  static Map<Long, Chunk> read(Metadata metadata, long address, ChunkGrid grid, boolean isFiltered)
      throws IOException {
    int o = metadata.offsetBytes();
    Cursor header = metadata.checked(address, 12L + metadata.lengthBytes() + o);
    header.signature("FAHD");
    header.version("an array of chunks", 0, 0);
    boolean isFilteredArray = header.u8() == 1;
    int entryBytes = header.u8();
    int pageBits = header.u8();
    long count = header.length();
    long block = header.address();
    if (isFilteredArray != isFiltered || count != grid.count() || pageBits > 32) {
      throw header.damaged("an array of chunks does not fit its data set; the file is damaged");
    }
    if (entryBytes != o && !isFiltered || isFiltered && entryBytes < o + 5) {
      throw header.damaged(
          "chunks of %d bytes an entry; the file is damaged".formatted(entryBytes));
    }
    FixedArray array = new FixedArray(metadata, grid, isFiltered);
    if (block != Cursor.UNDEFINED) {
      array.readBlock(block, count, entryBytes, pageBits);
    }
    return array.chunks;
  }

  private void readBlock(long address, long count, int entryBytes, int pageBits)
      throws IOException {
    long head = 6L + metadata.offsetBytes();
    long pageEntries = 1L << pageBits;
    metadata.region().check(address, Math.max(count, head)); // an entry has at least a byte
    if (count <= pageEntries) {
      Cursor block = metadata.checked(address, head + count * entryBytes + 4);
      block.signature("FADB");
      block.skip(head - 4);
      readEntries(block, count, entryBytes);
      return;
    }
    long pages = (count + pageEntries - 1) / pageEntries;
    long bitmap = (pages + 7) / 8;
    Cursor block = metadata.checked(address, head + bitmap + 4);
    block.signature("FADB");
    block.skip(head - 4);
    long at = address + head + bitmap + 4;
    long pageBytes = pageEntries * entryBytes + 4;
    int used = 0;
    for (long page = 0; page < pages; page++, at += pageBytes) {
      used = page % 8 == 0 ? block.u8() : used;
      long entries = Math.min(pageEntries, count - page * pageEntries);
      if ((used >> 7 - page % 8 & 1) != 0) {
        readEntries(metadata.checked(at, entries * entryBytes + 4), entries, entryBytes);
      } else {
        next += entries;
      }
    }
  }

  private void readEntries(Cursor cursor, long count, int entryBytes) {
    for (long i = 0; i < count; i++) {
      long address = cursor.address();
      long bytes =
          isFiltered ? cursor.unsigned(entryBytes - metadata.offsetBytes() - 4) : grid.chunkBytes();
      long skipped = isFiltered ? cursor.u32() : 0;
      if (address != Cursor.UNDEFINED) {
        chunks.put(next, new Chunk(address, bytes, skipped));
      }
      next++;
    }
  }
}

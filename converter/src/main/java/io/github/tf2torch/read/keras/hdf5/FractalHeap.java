package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Where newer files keep links and attributes that are too many for a header. Section III.G of the
 * specification; the doubling table follows {@code H5HFdtable.c}.
 */
final class FractalHeap {
  private final Metadata metadata;
  private final long address;
  private int idBytes;
  private long maxManagedBytes;
  private long hugeTree;
  private int tableWidth;
  private long startBlock;
  private long maxDirectBlock;
  private int maxBits;
  private long root;
  private int rootRows;
  private final Map<Long, long[]> hugeObjects = new HashMap<>();

  /** Bytes of the objects that were given out; objects don't overlap. */
  private long given;

  private FractalHeap(Metadata metadata, long address) {
    this.metadata = metadata;
    this.address = address;
  }

  static FractalHeap read(Metadata metadata, long address) throws IOException {
    FractalHeap heap = new FractalHeap(metadata, address);
    int o = metadata.offsetBytes();
    int l = metadata.lengthBytes();
    Cursor header = metadata.checked(address, 22L + 12L * l + 3L * o + 4);
    header.signature("FRHP");
    header.version("a fractal heap", 0, 0);
    heap.idBytes = header.u16();
    int filterBytes = header.u16();
    header.u8(); // flags
    heap.maxManagedBytes = header.u32();
    header.skip(l);
    heap.hugeTree = header.address();
    header.skip(l + o + 8L * l); // free space and counts
    heap.tableWidth = header.u16();
    heap.startBlock = header.length();
    heap.maxDirectBlock = header.length();
    heap.maxBits = header.u16();
    header.skip(2);
    heap.root = header.address();
    heap.rootRows = header.u16();
    if (filterBytes > 0) {
      throw new UnsupportedFile(
          metadata.region().label()
              + ": its attributes or links are compressed, which is not"
              + " supported");
    }
    heap.check(header);
    return heap;
  }

  private void check(Cursor header) {
    boolean makesSense =
        tableWidth > 0
            && Long.bitCount(tableWidth) == 1
            && startBlock > 0
            && Long.bitCount(startBlock) == 1
            && Long.bitCount(maxDirectBlock) == 1
            && maxDirectBlock >= startBlock
            && maxDirectBlock <= 1L << 32
            && startBlock <= 1L << 32
            && maxBits > 0
            && maxBits <= 64
            && rootRows <= 64;
    if (!makesSense) {
      throw header.damaged("the sizes of a fractal heap make no sense; the file is damaged");
    }
  }

  /** The object of that heap ID. */
  Cursor object(Cursor id) throws IOException {
    int first = id.u8();
    return switch (first >> 4 & 3) {
      case 0 -> managed(id);
      case 1 -> huge(id);
      case 2 -> id.slice((first & 0x0F) + 1);
      default -> throw id.damaged("a heap ID of unknown kind; the file is damaged");
    };
  }

  private Cursor managed(Cursor id) throws IOException {
    long offset = id.unsigned((maxBits + 7) / 8);
    int lengthBytes = Math.min((log2(maxDirectBlock) + 7) / 8, Metadata.bytesFor(maxManagedBytes));
    long length = id.unsigned(Math.min(lengthBytes, id.remaining()));
    long at = rootRows == 0 ? root + offset : locate(root, rootRows, offset, 0);
    return give(at, length);
  }

  private Cursor give(long at, long length) throws IOException {
    given += length;
    if (given > metadata.region().size()) {
      throw metadata.region().damaged(address, "objects of a heap overlap; the file is damaged");
    }
    return metadata.at(at, length);
  }

  /** Where a heap offset lies in the file, below an indirect block of so many rows. */
  private long locate(long block, int rows, long offset, int depth) throws IOException {
    if (depth > 64) {
      throw metadata.region().damaged(block, "a heap is nested without end; the file is damaged");
    }
    int directRows = log2(maxDirectBlock) - log2(startBlock) + 2;
    int row = row(offset);
    long rowBlock = rowBlockBytes(row);
    long inRow = offset - rowOffset(row);
    long column = inRow / rowBlock;
    if (row >= rows) {
      throw metadata.region().damaged(block, "a heap has no offset " + offset);
    }
    int o = metadata.offsetBytes();
    long head = 5L + o + (maxBits + 7) / 8;
    Cursor start = metadata.at(block, head);
    start.signature("FHIB");
    long index = (long) row * tableWidth + column;
    long child = metadata.at(Math.addExact(block, head + index * o), o).address();
    long inChild = inRow - column * rowBlock;
    if (child == Cursor.UNDEFINED) {
      throw metadata.region().damaged(block, "a heap has nothing at offset " + offset);
    }
    if (row < directRows) {
      return child + inChild;
    }
    int childRows = log2(rowBlock) - log2(startBlock * tableWidth) + 1;
    return locate(child, childRows, inChild, depth + 1);
  }

  private int row(long offset) {
    long first = startBlock * tableWidth;
    return offset < first ? 0 : log2(offset) - log2(first) + 1;
  }

  private long rowBlockBytes(int row) {
    return row <= 1 ? startBlock : startBlock << row - 1;
  }

  private long rowOffset(int row) {
    return row == 0 ? 0 : startBlock * tableWidth << row - 1;
  }

  private static int log2(long value) {
    return 63 - Long.numberOfLeadingZeros(Math.max(1, value));
  }

  /** Objects that are too large for the heap lie in the file by themselves. */
  private Cursor huge(Cursor id) throws IOException {
    int o = metadata.offsetBytes();
    int l = metadata.lengthBytes();
    if (idBytes - 1 >= o + l) {
      long at = id.address();
      return give(at, id.length());
    }
    if (hugeObjects.isEmpty()) {
      for (Cursor record : TreeOfRecords.read(metadata, hugeTree, TreeOfRecords.HUGE_OBJECTS)) {
        long[] place = {record.address(), record.length()};
        hugeObjects.put(record.length(), place);
      }
    }
    long key = id.unsigned(Math.min(id.remaining(), l));
    long[] place = hugeObjects.get(key);
    if (place == null) {
      throw id.damaged("a heap has no object " + key + "; the file is damaged");
    }
    return give(place[0], place[1]);
  }
}

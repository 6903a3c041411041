package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The records of a version 2 B-tree, in its order. Section III.A.2 of the specification. */
final class TreeOfRecords {
  static final int HUGE_OBJECTS = 1;
  static final int LINK_NAMES = 5;
  static final int ATTRIBUTE_NAMES = 8;
  static final int CHUNKS = 10;
  static final int FILTERED_CHUNKS = 11;

  /** Signature, version, type and checksum. */
  private static final int NODE_OVERHEAD = 10;

  private final Metadata metadata;
  private final int type;
  private final int nodeBytes;
  private final int recordBytes;
  private final long[] capacity;
  private final int[] totalBytes;
  private final List<Cursor> records = new ArrayList<>();
  private long budget;

  private TreeOfRecords(Metadata metadata, int type, Cursor header) {
    this.metadata = metadata;
    this.type = type;
    this.nodeBytes = (int) Math.min(header.u32(), Integer.MAX_VALUE);
    this.recordBytes = header.u16();
    int depth = header.u16();
    this.budget = metadata.region().size();
    if (recordBytes == 0 || nodeBytes < NODE_OVERHEAD + recordBytes || depth > 32) {
      throw header.damaged("the root of a B-tree makes no sense; the file is damaged");
    }
    this.capacity = new long[depth + 1];
    this.totalBytes = new int[depth + 1];
    setCapacities(header);
  }

  static List<Cursor> read(Metadata metadata, long address, int type) throws IOException {
    Cursor header =
        metadata.checked(address, 22L + metadata.offsetBytes() + metadata.lengthBytes());
    header.signature("BTHD");
    header.version("a B-tree", 0, 0);
    int found = header.u8();
    if (found != type) {
      throw header.damaged("found a B-tree of type " + found + ", expected " + type);
    }
    TreeOfRecords tree = new TreeOfRecords(metadata, type, header);
    header.skip(2); // when to split and merge
    long root = header.address();
    int count = header.u16();
    if (root != Cursor.UNDEFINED && count > 0) {
      tree.readNode(root, count, tree.capacity.length - 1);
    }
    return tree.records;
  }

  /** How many records fit below a node tells how wide its counts are: {@code H5B2__hdr_init}. */
  private void setCapacities(Cursor header) {
    capacity[0] = ((long) nodeBytes - NODE_OVERHEAD) / recordBytes;
    long cumulative = capacity[0];
    for (int level = 1; level < capacity.length; level++) {
      int pointer = pointerBytes(level);
      capacity[level] = ((long) nodeBytes - NODE_OVERHEAD - pointer) / (recordBytes + pointer);
      if (capacity[level] <= 0 || cumulative > Long.MAX_VALUE / 2 / (capacity[level] + 1)) {
        throw header.damaged("a B-tree is deeper than a file can be; the file is damaged");
      }
      cumulative = (capacity[level] + 1) * cumulative + capacity[level];
      totalBytes[level] = Metadata.bytesFor(cumulative);
    }
  }

  private int pointerBytes(int level) {
    return metadata.offsetBytes() + Metadata.bytesFor(capacity[0]) + totalBytes[level - 1];
  }

  private void readNode(long address, long count, int level) throws IOException {
    long bytes = 6 + count * recordBytes + (level > 0 ? (count + 1) * pointerBytes(level) : 0) + 4;
    budget -= bytes;
    if (count > capacity[level] || budget < 0) {
      throw metadata
          .region()
          .damaged(address, "a B-tree has nodes that are too full or too many; is it damaged?");
    }
    Cursor node = metadata.checked(address, bytes);
    node.signature(level > 0 ? "BTIN" : "BTLF");
    node.version("a node of a B-tree", 0, 0);
    if (node.u8() != type) {
      throw node.damaged("a node is of another type than its B-tree; the file is damaged");
    }
    List<Cursor> own = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      own.add(node.slice(recordBytes));
    }
    if (level == 0) {
      records.addAll(own);
      return;
    }
    for (int child = 0; child <= count; child++) {
      long childAddress = node.address();
      long childCount = node.unsigned(Metadata.bytesFor(capacity[0]));
      node.skip(totalBytes[level - 1]);
      readNode(childAddress, childCount, level - 1);
      if (child < count) {
        records.add(own.get(child));
      }
    }
  }
}

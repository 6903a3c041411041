package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.util.Map;

/** Collects the pieces below a version 1 B-tree. Section III.A.1 of the specification. */
final class TreeV1Walk {
  private final Metadata metadata;
  private final ChunkGrid grid;
  private final Map<Long, Chunk> chunks;
  private long budget;

  TreeV1Walk(Metadata metadata, ChunkGrid grid, Map<Long, Chunk> chunks) {
    this.metadata = metadata;
    this.grid = grid;
    this.chunks = chunks;
    this.budget = metadata.region().size();
  }

  /** Levels fall by one a node, so a tree ends; the first may have any. */
  void read(long address, int expectedLevel) throws IOException {
    int o = metadata.offsetBytes();
    Cursor head = metadata.at(address, 8L + 2L * o);
    head.signature("TREE");
    int type = head.u8();
    int level = head.u8();
    int count = head.u16();
    if (type != 1 || expectedLevel >= 0 && level != expectedLevel) {
      throw head.damaged("found a node of type %d and level %d".formatted(type, level));
    }
    int rank = grid.shape().rank();
    long bytes = (long) count * (8 + 8L * (rank + 1) + o);
    budget -= bytes;
    if (budget < 0) {
      throw head.damaged("nodes of a data set overlap; the file is damaged");
    }
    Cursor node = metadata.at(address + 8 + 2L * o, bytes);
    for (int child = 0; child < count; child++) {
      long chunkBytes = node.u32();
      long skipped = node.u32();
      long[] position = new long[rank];
      for (int axis = 0; axis < rank; axis++) {
        position[axis] = node.unsigned(8) / grid.chunk().dim(axis);
      }
      node.skip(8);
      long childAddress = node.address();
      if (level > 0) {
        read(childAddress, level - 1);
      } else if (grid.holds(position)) {
        chunks.put(grid.number(position), new Chunk(childAddress, chunkBytes, skipped));
      } else {
        throw node.damaged("a chunk lies outside of its data set; the file is damaged");
      }
    }
  }
}

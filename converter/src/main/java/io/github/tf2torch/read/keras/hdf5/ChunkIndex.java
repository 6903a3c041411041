package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the pieces of a chunked data set. Sections III.A and VII of the specification. */
sealed interface ChunkIndex {
  /** Pieces by their row-major number; what was never written is missing. */
  Map<Long, Chunk> chunks(ChunkGrid grid, boolean isFiltered) throws IOException;

  static ChunkIndex read(Metadata metadata, Cursor cursor, int kind, int flags) {
    return switch (kind) {
      case 1 -> {
        boolean isFiltered = (flags & 2) != 0;
        long bytes = isFiltered ? cursor.length() : -1;
        long skipped = isFiltered ? cursor.u32() : 0;
        yield new Single(new Chunk(cursor.address(), bytes, skipped));
      }
      case 2 -> new Implicit(metadata, cursor.address());
      case 3 -> {
        cursor.skip(1); // bits of a page, which the array itself repeats
        yield new Fixed(metadata, cursor.address());
      }
      case 4 -> new Growing(metadata);
      case 5 -> {
        cursor.skip(6); // node size and when to split, which the tree itself repeats
        yield new TreeV2(metadata, cursor.address());
      }
      default -> throw cursor.damaged("chunks are indexed in an unknown way: " + kind);
    };
  }

  /** One piece is all. */
  record Single(Chunk chunk) implements ChunkIndex {
    @Override
    public Map<Long, Chunk> chunks(ChunkGrid grid, boolean isFiltered) {
      if (chunk.address() == Cursor.UNDEFINED || grid.count() == 0) {
        return Map.of();
      }
      long bytes = chunk.bytes() < 0 ? grid.chunkBytes() : chunk.bytes();
      return Map.of(0L, new Chunk(chunk.address(), bytes, chunk.skippedFilters()));
    }
  }

  /** One after the other. */
  record Implicit(Metadata metadata, long address) implements ChunkIndex {
    @Override
    public Map<Long, Chunk> chunks(ChunkGrid grid, boolean isFiltered) {
      Map<Long, Chunk> chunks = new HashMap<>();
      if (address != Cursor.UNDEFINED) {
        long fitting = metadata.region().size() / Math.max(1, grid.chunkBytes());
        metadata.region().check(address, Math.min(grid.count(), fitting + 1) * grid.chunkBytes());
        for (long i = 0; i < grid.count(); i++) {
          chunks.put(i, new Chunk(address + i * grid.chunkBytes(), grid.chunkBytes(), 0));
        }
      }
      return chunks;
    }
  }

  /** An array that can grow along one axis, which no writer of models needs. */
  record Growing(Metadata metadata) implements ChunkIndex {
    @Override
    public Map<Long, Chunk> chunks(ChunkGrid grid, boolean isFiltered) {
      throw new UnsupportedFile(
          metadata.region().label()
              + ": a data set that can grow, in the newest file format, is not read; write it with"
              + " a fixed shape");
    }
  }

  /** A version 2 B-tree. */
  record TreeV2(Metadata metadata, long address) implements ChunkIndex {
    @Override
    public Map<Long, Chunk> chunks(ChunkGrid grid, boolean isFiltered) throws IOException {
      int type = isFiltered ? TreeOfRecords.FILTERED_CHUNKS : TreeOfRecords.CHUNKS;
      Map<Long, Chunk> chunks = new HashMap<>();
      if (address == Cursor.UNDEFINED) {
        return chunks;
      }
      int rank = grid.shape().rank();
      List<Cursor> records = TreeOfRecords.read(metadata, address, type);
      for (Cursor record : records) {
        long at = record.address();
        long bytes =
            isFiltered ? record.unsigned(record.remaining() - 4 - 8 * rank) : grid.chunkBytes();
        long skipped = isFiltered ? record.u32() : 0;
        long[] position = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
          position[axis] = record.unsigned(8);
        }
        if (!grid.holds(position)) {
          throw record.damaged("a chunk lies outside of its data set; the file is damaged");
        }
        chunks.put(grid.number(position), new Chunk(at, bytes, skipped));
      }
      return chunks;
    }
  }

  /** A version 1 B-tree, whose keys are the places of the pieces. */
  record TreeV1(Metadata metadata, long address) implements ChunkIndex {
    @Override
    public Map<Long, Chunk> chunks(ChunkGrid grid, boolean isFiltered) throws IOException {
      Map<Long, Chunk> chunks = new HashMap<>();
      if (address != Cursor.UNDEFINED) {
        new TreeV1Walk(metadata, grid, chunks).read(address, -1);
      }
      return chunks;
    }
  }

  /** An array with a place for each piece. */
  record Fixed(Metadata metadata, long address) implements ChunkIndex {
    @Override
    public Map<Long, Chunk> chunks(ChunkGrid grid, boolean isFiltered) throws IOException {
      return address == Cursor.UNDEFINED
          ? Map.of()
          : FixedArray.read(metadata, address, grid, isFiltered);
    }
  }
}

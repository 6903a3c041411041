package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An array in pieces, which are undone one by one. The last ones are kept, up to a bound, since a
 * row of the array crosses several.
 */
final class ChunkedStorage implements Storage {
  private static final long LEAST_KEPT_BYTES = 64L << 20;

  /** A row of pieces that is not kept whole would be undone again for each row of the array. */
  private static final long MOST_KEPT_BYTES =
      Math.max(LEAST_KEPT_BYTES, Runtime.getRuntime().maxMemory() / 4);

  private final Region region;
  private final ChunkGrid grid;
  private final ChunkIndex index;
  private final FilterPipeline filters;
  private final byte[] fill;
  private final Map<Long, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true);
  private Map<Long, Chunk> chunks = Map.of();
  private final long keptBytes;
  private boolean isIndexRead;

  ChunkedStorage(
      Region region, ChunkGrid grid, ChunkIndex index, FilterPipeline filters, byte[] fill) {
    this.region = region;
    this.grid = grid;
    this.index = index;
    this.filters = filters;
    this.fill = fill;
    this.keptBytes = Math.max(LEAST_KEPT_BYTES, Math.min(grid.bytesOfRow(), MOST_KEPT_BYTES));
  }

  @Override
  public synchronized long mostBytes() throws IOException {
    long most = 0;
    for (Chunk chunk : chunks().values()) {
      most += Math.min(grid.chunkBytes(), filters.mostBytes(chunk.bytes()));
    }
    return most;
  }

  private Map<Long, Chunk> chunks() throws IOException {
    if (!isIndexRead) {
      filters.check();
      Map<Long, Chunk> found = index.chunks(grid, !filters.isEmpty());
      long left = region.size();
      for (Chunk chunk : found.values()) {
        region.check(chunk.address(), chunk.bytes());
        left -= chunk.bytes();
      }
      if (left < 0) {
        throw region.damaged(0, "chunks of a data set overlap; the file is damaged");
      }
      chunks = found;
      isIndexRead = true;
    }
    return chunks;
  }

  @Override
  public synchronized void read(long offset, ByteBuffer target) throws IOException {
    int rank = grid.shape().rank();
    long rowElements = grid.shape().dim(rank - 1);
    long chunkRow = grid.chunk().dim(rank - 1);
    int elementBytes = grid.elementBytes();
    long at = offset;
    while (target.hasRemaining()) {
      long element = at / elementBytes;
      long inElement = at % elementBytes;
      long column = element % rowElements;
      long toEdge = Math.min(chunkRow - column % chunkRow, rowElements - column);
      int count = (int) Math.min(target.remaining(), toEdge * elementBytes - inElement);
      copy(element, inElement, count, target);
      at += count;
    }
  }

  /** Copies a run that lies in one row of one piece. */
  private void copy(long element, long inElement, int count, ByteBuffer target) throws IOException {
    int rank = grid.shape().rank();
    long[] position = new long[rank];
    long inChunk = 0;
    long scale = 1;
    long rest = element;
    for (int axis = rank - 1; axis >= 0; axis--) {
      long coordinate = rest % grid.shape().dim(axis);
      rest /= grid.shape().dim(axis);
      position[axis] = coordinate / grid.chunk().dim(axis);
      inChunk += coordinate % grid.chunk().dim(axis) * scale;
      scale *= grid.chunk().dim(axis);
    }
    byte[] chunk = chunk(grid.number(position));
    long from = inChunk * grid.elementBytes() + inElement;
    if (chunk.length == 0) {
      for (long i = from; i < from + count; i++) {
        target.put(fill[(int) (i % grid.elementBytes())]);
      }
    } else {
      target.put(chunk, (int) from, count);
    }
  }

  /** The piece's elements; of no length where it was never written. */
  private byte[] chunk(long number) throws IOException {
    byte[] known = kept.get(number);
    if (known != null) {
      return known;
    }
    Chunk chunk = chunks().get(number);
    byte[] bytes = chunk == null ? new byte[0] : undone(chunk);
    while (!kept.isEmpty() && (kept.size() + 1L) * grid.chunkBytes() > keptBytes) {
      kept.remove(kept.keySet().iterator().next());
    }
    kept.put(number, bytes);
    return bytes;
  }

  private byte[] undone(Chunk chunk) throws IOException {
    long size = grid.chunkBytes();
    if (size > Integer.MAX_VALUE - 64 || size > filters.mostBytes(chunk.bytes())) {
      throw new DamagedFile(
          "%s: a chunk of %d bytes is stored in %d; the file is damaged"
              .formatted(region.label(), size, chunk.bytes()));
    }
    if (filters.isEmpty() && chunk.bytes() > size) {
      return Arrays.copyOf(region.read(chunk.address(), size).array(), (int) size);
    }
    byte[] stored = region.read(chunk.address(), chunk.bytes()).array();
    return filters.undo(stored, chunk.skippedFilters(), (int) size);
  }
}

package io.github.tf2torch.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory in which one thread evaluates recipes, one after another: what one has used, the next
 * one uses again.
 */
final class Workspace {
  private static final int PANEL_BYTES = 16 << 20;
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int LEAST_PANEL_BYTES = 1 << 20;

  /** A panel with all its padding. */
  private static final int PADDED_PANEL_BYTES = 18 << 20;

  private final Pool pool;
  private final int panelBytes;
  private final int blockBytes;

  private Workspace(Pool pool, int panelBytes, int blockBytes) {
    this.pool = pool;
    this.panelBytes = panelBytes;
    this.blockBytes = blockBytes;
  }

  /** On the heap, so that it goes with its user. */
  static Workspace onHeap() {
    return onHeap(PANEL_BYTES, BLOCK_BYTES);
  }

  static Workspace onHeap(int panelBytes, int blockBytes) {
    return new Workspace(new Pool(false), panelBytes, blockBytes);
  }

  /** Outside the heap, where files are read to and written from without a copy. */
  static Workspace direct() {
    return new Workspace(new Pool(true), PANEL_BYTES, BLOCK_BYTES);
  }

  /** How much is read before it is put into order. */
  int panelBytes() {
    return panelBytes;
  }

  /** How much is put into order at a time: small enough to be still in the cache afterwards. */
  int blockBytes() {
    return blockBytes;
  }

  /** The same memory, with the share of each of several who need panels at the same time. */
  Workspace shared(int parts) {
    int share = Math.max(Math.min(LEAST_PANEL_BYTES, panelBytes), panelBytes / parts);
    return new Workspace(pool, share, Math.min(blockBytes, share));
  }

  /** Takes back all that was given out. */
  void reset() {
    pool.taken = 0;
  }

  /** A little-endian buffer of at least {@code bytes}, with anything in it. */
  ByteBuffer take(long bytes) {
    return pool.take(Math.toIntExact(bytes));
  }

  ColumnTiles tiles() {
    return pool.tiles;
  }

  private static final class Pool {
    private final boolean isDirect;
    private final ColumnTiles tiles = new ColumnTiles();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private int taken;

    Pool(boolean isDirect) {
      this.isDirect = isDirect;
    }

    ByteBuffer take(int bytes) {
      if (taken == buffers.size()) {
        buffers.add(allocate(bytes));
      } else if (buffers.get(taken).capacity() < bytes) {
        buffers.set(taken, allocate(bytes));
      }
      return buffers.get(taken++).clear();
    }

    /**
     * What is used again is made large enough for what may follow: the memory of a smaller one is
     * free at the next collection only.
     */
    private ByteBuffer allocate(int bytes) {
      if (!isDirect) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      }
      int most = bytes <= BLOCK_BYTES ? BLOCK_BYTES : Math.max(bytes, PADDED_PANEL_BYTES);
      return ByteBuffer.allocateDirect(most).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}

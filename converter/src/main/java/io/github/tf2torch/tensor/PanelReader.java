package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The elements of a view whose order is not its base's. A panel, which is a range of one axis of
 * the result, is read from the base in runs as long as can be, and turned block by block.
 */
final class PanelReader implements Elements {
  /** How much is read at a time, and how much is put into order at a time. */
  record Limits(int panelBytes, int blockBytes) {}

  private static final Limits LIMITS = new Limits(16 << 20, 1 << 20);

  /** Bytes between wanted ones are read too while at least one in so many is wanted. */
  private static final int MOST_WASTE = 2;

  private final Elements base;
  private final int elementBytes;
  private final long offset;
  private final long[] dims;
  private final long[] strides;

  /** The axis of which a panel is a range, and the elements of the axes behind it. */
  private final int axis;

  private final long inner;
  private final long panelWidth;
  private final int blockBytes;

  private Panel panel = new Panel(0, 0, 0);
  private ByteBuffer panelBytes = Elements.buffer(0);
  private ByteBuffer block = Elements.buffer(0);
  private long blockFirst;

  PanelReader(Elements base, int elementBytes, View view) {
    this(base, elementBytes, view, LIMITS);
  }

  PanelReader(Elements base, int elementBytes, View view, Limits limits) {
    View merged = view.merged();
    this.base = base;
    this.elementBytes = elementBytes;
    this.offset = merged.offset();
    this.dims = merged.dims().stream().mapToLong(d -> d).toArray();
    this.strides = merged.strides().stream().mapToLong(s -> s).toArray();
    this.blockBytes = limits.blockBytes();
    long limit = limits.panelBytes() / elementBytes;
    int split = Math.max(0, dims.length - 1);
    long behind = 1;
    while (split > 0 && behind * dims[split] <= limit) {
      behind *= dims[split--];
    }
    this.axis = split;
    this.inner = behind;
    this.panelWidth = dims.length == 0 ? 1 : Math.min(dims[split], Math.max(1, limit / behind));
  }

  /** Indexes {@code from} to {@code from + width} of the split axis, {@code outer} rows down. */
  private record Panel(long outer, long from, long width) {}

  @Override
  public void read(long first, ByteBuffer target) throws IOException {
    if (dims.length == 0 || (dims.length == 1 && strides[0] == 1)) {
      base.read(offset + first, target);
      return;
    }
    long at = first;
    while (target.hasRemaining()) {
      if (at < blockFirst || at >= blockFirst + block.limit() / elementBytes) {
        load(at);
      }
      int from = (int) (at - blockFirst) * elementBytes;
      int length = Math.min(block.limit() - from, target.remaining());
      target.put(block.slice(from, length));
      at += length / elementBytes;
    }
  }

  /** Makes the block that holds element {@code at}, from a panel read for it if need be. */
  private void load(long at) throws IOException {
    long index = at / inner;
    long outer = index / dims[axis];
    long inAxis = index % dims[axis];
    long from = inAxis / panelWidth * panelWidth;
    Panel wanted = new Panel(outer, from, Math.min(panelWidth, dims[axis] - from));
    long[] extents = Arrays.copyOfRange(dims, axis, dims.length);
    extents[0] = wanted.width();
    Layout layout = new Layout(extents);
    if (!wanted.equals(panel)) {
      panel = new Panel(0, 0, 0);
      readPanel(wanted, layout);
      panel = wanted;
    }
    long most = Math.max(1, blockBytes / elementBytes / inner);
    long blockFrom = (inAxis - from) / most * most;
    extents[0] = Math.min(most, wanted.width() - blockFrom);
    long bytes = extents[0] * inner * elementBytes;
    if (block.capacity() < bytes) {
      block = Elements.buffer(bytes);
    }
    block.clear().limit((int) bytes);
    new Transposition(panelBytes, block, elementBytes)
        .run(extents, layout.strides, blockFrom * layout.strides[0]);
    blockFirst = (outer * dims[axis] + from + blockFrom) * inner;
  }

  /** Where the elements of a panel lie in the base and in the panel's own memory. */
  private final class Layout {
    /** Axes of the panel, the base's fastest first. */
    final int[] order;

    final long[] extents;

    /** Elements from one index to the next in the panel's memory. */
    final long[] strides;

    /** So many of {@code order} lie inside one run of {@code run} elements. */
    int axesInRun;

    long run = 1;
    final long count;

    Layout(long[] panelExtents) {
      extents = panelExtents.clone();
      strides = new long[extents.length];
      order =
          IntStream.range(0, extents.length)
              .boxed()
              .sorted(Comparator.comparingLong(a -> PanelReader.this.strides[axis + a]))
              .mapToInt(a -> a)
              .toArray();
      long wanted = 1;
      for (int a : order) {
        long span = (extents[a] - 1) * PanelReader.this.strides[axis + a] + run;
        wanted *= extents[a];
        if (span / MOST_WASTE > wanted) {
          break;
        }
        strides[a] = PanelReader.this.strides[axis + a];
        run = span;
        axesInRun++;
      }
      long size = run;
      for (int i = axesInRun; i < order.length; i++) {
        strides[order[i]] = size;
        size *= extents[order[i]];
      }
      count = size;
    }
  }

  private void readPanel(Panel wanted, Layout layout) throws IOException {
    long start = offset + wanted.from() * strides[axis];
    long rest = wanted.outer();
    for (int a = axis - 1; a >= 0; a--) {
      start += rest % dims[a] * strides[a];
      rest /= dims[a];
    }
    long bytes = layout.count * elementBytes;
    if (panelBytes.capacity() < bytes) {
      panelBytes = Elements.buffer(bytes);
    }
    readRuns(layout, layout.order.length - 1, start, 0);
  }

  private void readRuns(Layout layout, int depth, long from, long to) throws IOException {
    if (depth < layout.axesInRun) {
      int at = Math.toIntExact(to * elementBytes);
      panelBytes.limit(at + (int) layout.run * elementBytes).position(at);
      base.read(from, panelBytes);
      return;
    }
    int a = layout.order[depth];
    for (long i = 0; i < layout.extents[a]; i++) {
      readRuns(layout, depth - 1, from + i * strides[axis + a], to + i * layout.strides[a]);
    }
  }
}

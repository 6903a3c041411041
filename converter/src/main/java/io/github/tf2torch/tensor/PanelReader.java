package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The elements of a view whose order is not its base's. A panel, which is a range of one axis of
 * the result, is read from the base in runs as long as can be, and turned block by block.
 */
final class PanelReader implements Elements {
  private final Elements base;
  private final int elementBytes;
  private final Workspace memory;
  private final long offset;
  private final long[] dims;
  private final long[] strides;

  /** The axis of which a panel is a range, and the elements of the axes behind it. */
  private final int axis;

  private final long inner;
  private final long panelWidth;

  private Panel panel = new Panel(0, 0, 0);
  private PanelLayout layout;

  /** Where the rows of a panel lie whose columns are turned; empty of another one. */
  private int[] rowOffsets = {};

  private ByteBuffer panelBytes = Elements.buffer(0);
  private ByteBuffer block = Elements.buffer(0);
  private long blockFirst;

  PanelReader(Elements base, int elementBytes, View view, Workspace memory) {
    View merged = view.merged();
    this.base = base;
    this.elementBytes = elementBytes;
    this.memory = memory;
    this.offset = merged.offset();
    this.dims = merged.dims().stream().mapToLong(d -> d).toArray();
    this.strides = merged.strides().stream().mapToLong(s -> s).toArray();
    long limit = memory.panelBytes() / elementBytes;
    int split = Math.max(0, dims.length - 1);
    long behind = 1;
    while (split > 0 && behind * dims[split] <= limit) {
      behind *= dims[split--];
    }
    this.axis = split;
    this.inner = behind;
    this.panelWidth = dims.length == 0 ? 1 : Math.min(dims[split], Math.max(1, limit / behind));
    this.layout = layout(0);
  }

  /** Indexes {@code from} to {@code from + width} of the split axis, {@code outer} rows down. */
  private record Panel(long outer, long from, long width) {
    boolean is(Panel other) {
      return outer == other.outer && from == other.from && width == other.width;
    }
  }

  private boolean isContiguous() {
    return dims.length == 0 || (dims.length == 1 && strides[0] == 1);
  }

  private PanelLayout layout(long width) {
    long[] extents = Arrays.copyOfRange(dims, axis, dims.length);
    if (extents.length > 0) {
      extents[0] = width;
    }
    return new PanelLayout(extents, Arrays.copyOfRange(strides, axis, dims.length), elementBytes);
  }

  /** Panels are read whole, and whole rows of them turned. */
  @Override
  public long boundary(long first, long most) {
    if (isContiguous()) {
      return first + most;
    }
    Panel around = panelAround(first / inner);
    long end = (around.outer() * dims[axis] + around.from() + around.width()) * inner;
    long rows = most / inner;
    return end - first <= most ? end : first + (rows > 0 ? rows * inner - first % inner : most);
  }

  private Panel panelAround(long index) {
    long outer = index / dims[axis];
    long from = index % dims[axis] / panelWidth * panelWidth;
    return new Panel(outer, from, Math.min(panelWidth, dims[axis] - from));
  }

  @Override
  public void read(long first, ByteBuffer target) throws IOException {
    if (isContiguous()) {
      base.read(offset + first, target);
      return;
    }
    long at = first;
    while (target.hasRemaining()) {
      Panel wanted = panelAround(at / inner);
      load(wanted);
      long row = at / inner % dims[axis] - wanted.from();
      long fitting = target.remaining() / elementBytes / inner;
      long rows = at % inner == 0 ? Math.min(fitting, wanted.width() - row) : 0;
      if (rows > 0) {
        int bytes = Math.toIntExact(rows * inner * elementBytes);
        turn(row, rows, target.slice(target.position(), bytes));
        target.position(target.position() + bytes);
        at += rows * inner;
      } else {
        at += readPart(at, row, wanted, target);
      }
    }
  }

  /** Takes what is needed of rows that are turned into a block of their own. */
  private long readPart(long at, long row, Panel wanted, ByteBuffer target) {
    long most = Math.max(1, memory.blockBytes() / elementBytes / inner);
    if (block.capacity() == 0) {
      block = memory.take(Math.max(most * inner, 1) * elementBytes).limit(0);
    }
    if (at < blockFirst || at >= blockFirst + block.limit() / elementBytes) {
      long rows = Math.min(most, wanted.width() - row);
      block.clear().limit(Math.toIntExact(rows * inner * elementBytes));
      turn(row, rows, block);
      blockFirst = at / inner * inner;
    }
    int from = (int) (at - blockFirst) * elementBytes;
    int length = Math.min(block.limit() - from, target.remaining());
    target.put(block.slice(from, length));
    return length / elementBytes;
  }

  private void turn(long row, long rows, ByteBuffer out) {
    long[] extents = Arrays.copyOfRange(dims, axis, dims.length);
    extents[0] = rows;
    if (rowOffsets.length > 0) {
      memory.tiles().run(panelBytes, Math.toIntExact(row), Math.toIntExact(rows), rowOffsets, out);
    } else {
      new Transposition(panelBytes, out, elementBytes)
          .run(extents, layout.strides(), row * layout.stride(0));
    }
  }

  private void load(Panel wanted) throws IOException {
    if (wanted.is(panel)) {
      return;
    }
    if (wanted.width() != panel.width()) {
      layout = layout(wanted.width());
      long[] extents = Arrays.copyOfRange(dims, axis, dims.length);
      extents[0] = wanted.width();
      rowOffsets =
          ColumnTiles.fits(elementBytes, extents, layout.strides())
              ? ColumnTiles.rowOffsets(extents, layout.strides())
              : new int[0];
    }
    panel = new Panel(0, 0, 0);
    if (panelBytes.capacity() < layout.bytes()) {
      panelBytes = memory.take(layout.bytes());
    }
    long start = offset + wanted.from() * strides[axis];
    long rest = wanted.outer();
    for (int a = axis - 1; a >= 0; a--) {
      start += rest % dims[a] * strides[a];
      rest /= dims[a];
    }
    layout.read(
        start,
        (runs, to) -> {
          panelBytes.clear().position(to);
          base.readRuns(runs, elementBytes, panelBytes);
        });
    panel = wanted;
  }
}

package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads a tensor in row-major order out of a storage in which it lies with any strides: turned, cut
 * out, or one element for many. In memory that does not grow with the tensor. For one thread.
 */
public final class StridedReader {
  private final PanelReader panels;
  private final int elementBytes;
  private ByteBuffer bounce = Elements.buffer(0);

  /** The bytes of a storage. */
  @FunctionalInterface
  public interface Storage {
    /** Fills what remains of {@code target}. */
    void read(long offsetBytes, ByteBuffer target) throws IOException;
  }

  /**
   * Checks nothing: every element has to lie inside the storage.
   *
   * @param strides elements from one index of an axis to the next, none negative
   * @param offset of the first element, in elements
   */
  public StridedReader(
      Storage storage, int elementBytes, Shape shape, List<Long> strides, long offset) {
    Elements base = (first, target) -> storage.read(first * elementBytes, target);
    View view = new View(shape.dims(), strides, offset, Long.MAX_VALUE);
    this.panels = new PanelReader(base, elementBytes, view, Workspace.onHeap());
    this.elementBytes = elementBytes;
  }

  /** Whether the elements lie one after another as they are read. */
  public static boolean isRowMajor(Shape shape, List<Long> strides) {
    long expected = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.dim(axis) != 1 && strides.get(axis) != expected) {
        return false;
      }
      expected *= shape.dim(axis);
    }
    return true;
  }

  /** Fills what remains of {@code target}, from any byte on. */
  public void read(long offsetBytes, ByteBuffer target) throws IOException {
    if (offsetBytes % elementBytes == 0 && target.remaining() % elementBytes == 0) {
      panels.read(offsetBytes / elementBytes, target);
      return;
    }
    long first = offsetBytes / elementBytes;
    long end = (offsetBytes + target.remaining() + elementBytes - 1) / elementBytes;
    long bytes = (end - first) * elementBytes;
    if (bounce.capacity() < bytes) {
      bounce = Elements.buffer(bytes);
    }
    panels.read(first, bounce.clear().limit((int) bytes));
    int skipped = (int) (offsetBytes - first * elementBytes);
    target.put(bounce.slice(skipped, target.remaining()));
  }
}

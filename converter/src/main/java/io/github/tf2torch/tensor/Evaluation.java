package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the bytes that a recipe describes, little-endian and row-major, in memory that does not
 * grow with the tensor.
 */
public final class Evaluation {
  /** Small enough to be still in the cache when the sink takes it. */
  private static final int BLOCK_BYTES = 1 << 20;

  /** A stored variable up to this size is read in one go, so that its checksum costs no second. */
  private static final int READ_BYTES = 8 << 20;

  private Evaluation() {}

  /** Writes all bytes of the tensor to {@code sink}, in order. */
  public static void stream(TensorExpr recipe, TensorSource source, TensorSink sink)
      throws IOException {
    Elements elements = elements(recipe, source, Workspace.onHeap());
    int elementBytes = recipe.dtype().bytes();
    long count = recipe.shape().count();
    long perRead = Math.min(count, READ_BYTES / elementBytes);
    ByteBuffer buffer = Elements.buffer(perRead * elementBytes);
    for (long first = 0; first < count; first += perRead) {
      long length = Math.min(perRead, count - first) * elementBytes;
      buffer.clear().limit((int) length);
      elements.read(first, buffer);
      for (int at = 0; at < length; at += BLOCK_BYTES) {
        int block = (int) Math.min(BLOCK_BYTES, length - at);
        sink.write(buffer.slice(at, block).order(buffer.order()));
      }
    }
  }

  /** The whole tensor, for one that is known to be small. */
  public static TensorValue value(TensorExpr recipe, TensorSource source) throws IOException {
    long bytes = Math.multiplyExact(recipe.shape().count(), (long) recipe.dtype().bytes());
    ByteBuffer all = Elements.buffer(bytes);
    if (bytes > 0) {
      elements(recipe, source, Workspace.onHeap()).read(0, all);
    }
    return new TensorValue(recipe.dtype(), recipe.shape(), all.array());
  }

  static Elements elements(TensorExpr expr, TensorSource source, Workspace memory) {
    if (expr.dtype().bytes() == 0) {
      throw new IllegalArgumentException(
          expr.describe() + ": " + expr.dtype().torchName() + " has no elements of a fixed size");
    }
    if (expr instanceof TensorExpr.Stored stored) {
      return new StoredElements(stored, source);
    }
    if (expr instanceof TensorExpr.Constant constant) {
      int elementBytes = constant.dtype().bytes();
      return (first, target) ->
          target.put(
              constant
                  .value()
                  .bytes()
                  .slice(Math.toIntExact(first * elementBytes), target.remaining()));
    }
    if (expr instanceof TensorExpr.Fill fill) {
      return fill(fill);
    }
    if (expr instanceof TensorExpr.Concat concat) {
      return concatenation(concat, source, memory);
    }
    if (expr instanceof TensorExpr.Scale scale) {
      Elements input = elements(scale.input(), source, memory);
      return Conversion.scale(input, scale.dtype(), scale.factor(), memory);
    }
    if (expr instanceof TensorExpr.Shift shift) {
      Elements input = elements(shift.input(), source, memory);
      return Conversion.shift(input, shift.dtype(), shift.amount(), memory);
    }
    if (expr instanceof TensorExpr.Sum sum) {
      Workspace share = memory.shared(sum.inputs().size());
      List<Elements> terms = new ArrayList<>();
      for (TensorExpr term : sum.inputs()) {
        terms.add(elements(term, source, share));
      }
      return new Summation(sum.dtype(), terms, memory);
    }
    if (expr instanceof TensorExpr.Cast cast) {
      Elements input = elements(cast.input(), source, memory);
      return Conversion.cast(input, cast.input().dtype(), cast.dtype(), memory);
    }
    return viewed(expr, source, memory).elements();
  }

  /** Parts that are read one after another have the memory to themselves; others share it. */
  private static Elements concatenation(
      TensorExpr.Concat concat, TensorSource source, Workspace memory) {
    Workspace share =
        Concatenation.isOneRow(concat) ? memory : memory.shared(concat.inputs().size());
    List<Elements> parts = new ArrayList<>();
    for (TensorExpr part : concat.inputs()) {
      parts.add(elements(part, source, share));
    }
    return new Concatenation(concat, parts);
  }

  /** A stored variable, or a source of them in one pass. */
  private record StoredElements(TensorExpr.Stored stored, TensorSource source) implements Elements {
    @Override
    public void read(long first, ByteBuffer target) throws IOException {
      source.read(stored.variable(), first * stored.dtype().bytes(), target);
    }

    @Override
    public void readRuns(Runs runs, int elementBytes, ByteBuffer target) throws IOException {
      if (source instanceof TensorPass pass) {
        pass.readRuns(stored.variable(), runs, target);
      } else {
        Elements.super.readRuns(runs, elementBytes, target);
      }
    }
  }

  /** Permutations, reshapes and slices on top of each other are one view of what is below. */
  private static Viewed viewed(TensorExpr expr, TensorSource source, Workspace memory) {
    if (expr instanceof TensorExpr.Permute permute) {
      return viewed(permute.input(), source, memory).permute(permute);
    }
    if (expr instanceof TensorExpr.Slice slice) {
      return viewed(slice.input(), source, memory).slice(slice);
    }
    if (expr instanceof TensorExpr.Reshape reshape) {
      return viewed(reshape.input(), source, memory).reshape(reshape.shape());
    }
    return Viewed.whole(elements(expr, source, memory), expr.dtype().bytes(), expr.shape(), memory);
  }

  private static Elements fill(TensorExpr.Fill fill) {
    ByteBuffer one = TensorValue.ofDoubles(fill.dtype(), Shape.of(), fill.value()).bytes();
    return (first, target) -> {
      while (target.hasRemaining()) {
        target.put(one.duplicate());
      }
    };
  }
}

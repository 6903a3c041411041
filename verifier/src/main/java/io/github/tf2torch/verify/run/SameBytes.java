package io.github.tf2torch.verify.run;

import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Holds what a recipe gives against stored bytes, block by block. */
public final class SameBytes {
  /** As much as an evaluation reads at once: a small tensor whole, so its checksum is cheap. */
  private static final int AHEAD_BYTES = 8 << 20;

  private final String name;
  private final TensorSource expected;
  private final long size;
  private final ByteBuffer ahead;
  private long read;
  private boolean same = true;

  private SameBytes(String name, TensorSource expected, long size) {
    this.name = name;
    this.expected = expected;
    this.size = size;
    this.ahead = ByteBuffer.allocate((int) Math.min(AHEAD_BYTES, size)).limit(0);
  }

  /**
   * Whether {@code recipe} over {@code source} is {@code name} in {@code expected}, bit for bit.
   */
  public static boolean in(
      TensorExpr recipe, TensorSource source, String name, TensorSource expected)
      throws IOException {
    long size = Math.multiplyExact(recipe.shape().count(), (long) recipe.dtype().bytes());
    SameBytes comparison = new SameBytes(name, expected, size);
    Evaluation.stream(recipe, source, comparison::take);
    return comparison.same && comparison.read == size;
  }

  private void take(ByteBuffer block) throws IOException {
    while (block.hasRemaining()) {
      if (!ahead.hasRemaining()) {
        fill();
      }
      int length = Math.min(block.remaining(), ahead.remaining());
      int start = block.position();
      same &= block.slice(start, length).mismatch(ahead.slice(ahead.position(), length)) < 0;
      block.position(start + length);
      ahead.position(ahead.position() + length);
    }
  }

  private void fill() throws IOException {
    ahead.clear().limit((int) Math.min(ahead.capacity(), size - read));
    expected.read(name, read, ahead);
    ahead.flip();
    if (!ahead.hasRemaining()) {
      throw new EOFException(name + " ends after " + read + " of " + size + " bytes");
    }
    read += ahead.limit();
  }
}

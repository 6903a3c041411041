package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The sum of tensors, element by element, in float64 and rounded once. */
final class Summation implements Elements {
  private static final int BLOCK_ELEMENTS = 1 << 16;

  private final DType dtype;
  private final List<Elements> terms;
  private final Workspace memory;
  private ByteBuffer in = Elements.buffer(0);
  private double[] sums = new double[0];

  Summation(DType dtype, List<Elements> terms, Workspace memory) {
    Conversion.checkFloating(dtype, "added to");
    this.dtype = dtype;
    this.terms = List.copyOf(terms);
    this.memory = memory;
  }

  @Override
  public void read(long first, ByteBuffer target) throws IOException {
    ByteBuffer out = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long at = first;
    while (out.hasRemaining()) {
      int count = Math.min(BLOCK_ELEMENTS, out.remaining() / dtype.bytes());
      if (sums.length < count) {
        in = memory.take((long) count * dtype.bytes());
        sums = new double[count];
      }
      java.util.Arrays.fill(sums, 0, count, 0);
      for (Elements term : terms) {
        in.clear().limit(count * dtype.bytes());
        term.read(at, in);
        in.flip();
        for (int i = 0; i < count; i++) {
          sums[i] += Conversion.getReal(in, dtype);
        }
      }
      for (int i = 0; i < count; i++) {
        Conversion.putReal(out, dtype, sums[i]);
      }
      at += count;
    }
    target.position(out.position());
  }
}

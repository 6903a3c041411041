package io.github.tf2torch.verify.engine;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor where an engine put it, row-major and little-endian. It may be read until the {@link
 * RunResult} that it belongs to is closed, and not after: its memory is not Java's.
 */
public record TensorView(DType dtype, Shape shape, ByteBuffer bytes) {
  public TensorView {
    if (bytes.remaining() != Math.multiplyExact(shape.count(), (long) dtype.bytes())) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes are no " + dtype.torchName() + " of shape " + shape);
    }
  }

  /** A view of a value, which Java keeps. */
  public static TensorView of(TensorValue value) {
    return new TensorView(value.dtype(), value.shape(), value.bytes());
  }

  /** The elements as a fresh view of their own. */
  @Override
  public ByteBuffer bytes() {
    return bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The same elements, to be kept. */
  public TensorValue copy() {
    return TensorValue.filled(dtype, shape, out -> out.put(bytes()));
  }
}

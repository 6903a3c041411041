package io.github.tf2torch.verify.judge;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Moves values between TensorFlow's order of axes and the order in which PyTorch holds them. */
public final class Arrangement {
  private Arrangement() {}

  /** The shape in TensorFlow's order of what PyTorch holds so; empty where it can't be held so. */
  public static Optional<Shape> tensorflowShape(Shape held, Layout layout) {
    int rank = layout.order().rank();
    if (held.rank() != rank) {
      return Optional.empty();
    }
    Shape shape = new Shape(layout.order().toTensorflow().stream().map(held::dim).toList());
    boolean fits =
        layout
            .flattened()
            .map(f -> new Shape(f.extents()).count() == shape.dim(rank - 1))
            .orElse(true);
    return fits ? Optional.of(shape) : Optional.empty();
  }

  /** A value that PyTorch holds as {@code layout} says, in TensorFlow's order. */
  public static TensorValue toTensorflow(TensorValue held, Layout layout) {
    HeldOrder order = HeldOrder.of(held.shape(), layout);
    Shape shape = tensorflowShape(held.shape(), layout).orElseThrow();
    return moved(held, shape, order, true);
  }

  /** An input in TensorFlow's order, as PyTorch takes it. */
  public static TensorValue toTorch(TensorValue value, Layout layout) {
    Shape held = new Shape(layout.order().axes().stream().map(a -> value.shape().dim(a)).toList());
    return moved(value, held, HeldOrder.of(held, layout), false);
  }

  private static TensorValue moved(
      TensorValue value, Shape shape, HeldOrder order, boolean toTensorflow) {
    if (order.isInOrder()) {
      return TensorValue.filled(value.dtype(), shape, out -> out.put(value.bytes()));
    }
    int size = value.dtype().bytes();
    ByteBuffer from = value.bytes();
    return TensorValue.filled(
        value.dtype(),
        shape,
        out ->
            order.forEachBlock(
                block -> {
                  for (int k = 0; k < block.count(); k++) {
                    int index = block.index(k);
                    int held = block.heldIndex(k);
                    int source = toTensorflow ? held : index;
                    out.put((toTensorflow ? index : held) * size, from, source * size, size);
                  }
                }));
  }
}

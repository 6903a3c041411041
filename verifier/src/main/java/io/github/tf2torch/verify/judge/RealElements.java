package io.github.tf2torch.verify.judge;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.TensorView;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** The elements of a floating point tensor as doubles, read in runs. For one thread. */
final class RealElements {
  private final boolean isFloat32;
  private final DoubleBuffer doubles;
  private final FloatBuffer floats;
  private float[] run = new float[0];
  private double[] turned = new double[0];

  RealElements(TensorView tensor) {
    this.isFloat32 = tensor.dtype() == DType.FLOAT32;
    this.floats = tensor.bytes().asFloatBuffer();
    this.doubles =
        isFloat32 || tensor.dtype() == DType.FLOAT64
            ? tensor.bytes().asDoubleBuffer()
            : DoubleBuffer.wrap(tensor.copy().doubles());
  }

  /** Fills {@code out} with a block of a tensor that is in TensorFlow's order. */
  void read(HeldOrder.Block block, double[] out) {
    for (int row = 0; row < block.rows(); row++) {
      read(block.first() + row * block.rowStep(), block.columns(), out, row * block.columns());
    }
  }

  /** Fills {@code out}, in TensorFlow's order, with a block of a tensor that PyTorch holds. */
  void readHeld(HeldOrder.Block block, double[] out) {
    int rows = block.rows();
    int columns = block.columns();
    if (rows == 1 && block.columnStep() == 1) {
      read(block.held(), columns, out, 0);
      return;
    }
    if (turned.length < block.count()) {
      turned = new double[block.count()];
    }
    for (int column = 0; column < columns; column++) {
      read(block.held() + column * block.columnStep(), rows, turned, column * rows);
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        out[row * columns + column] = turned[column * rows + row];
      }
    }
  }

  private void read(int first, int count, double[] out, int at) {
    if (!isFloat32) {
      doubles.get(first, out, at, count);
      return;
    }
    if (run.length < count) {
      run = new float[count];
    }
    floats.get(first, run, 0, count);
    for (int i = 0; i < count; i++) {
      out[at + i] = run[i];
    }
  }
}

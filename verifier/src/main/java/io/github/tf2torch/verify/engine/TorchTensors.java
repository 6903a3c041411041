package io.github.tf2torch.verify.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Values on their way into libtorch and back. */
final class TorchTensors {
  private TorchTensors() {}

  static NDArray toNative(NDManager manager, TensorValue given) {
    TensorValue value = signed(given);
    ByteBuffer bytes = value.bytes();
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.nativeOrder());
    direct.put(bytes).flip();
    long[] dims = value.shape().dims().stream().mapToLong(Long::longValue).toArray();
    return manager.create(direct, new Shape(dims), dataType(value.dtype()));
  }

  /** PyTorch looks nothing up by unsigned numbers; the next wider type holds the same. */
  private static TensorValue signed(TensorValue value) {
    return switch (value.dtype()) {
      case UINT16 -> TensorValue.ofDoubles(DType.INT32, value.shape(), value.doubles());
      case UINT32 -> TensorValue.ofDoubles(DType.INT64, value.shape(), value.doubles());
      default -> value;
    };
  }

  /** Without a copy where its memory is not Java's: the view must outlive the array. */
  static NDArray toNative(NDManager manager, TensorView view) {
    ByteBuffer bytes = view.bytes().order(ByteOrder.nativeOrder());
    if (!bytes.isDirect()) {
      return toNative(manager, view.copy());
    }
    long[] dims = view.shape().dims().stream().mapToLong(Long::longValue).toArray();
    return manager.create(bytes, new Shape(dims), dataType(view.dtype()));
  }

  /** Where libtorch holds it; gone when the array's manager is closed. */
  static TensorView view(PtNDArray array) {
    DType dtype = dtype(array.getDataType());
    io.github.tf2torch.tensor.Shape shape =
        io.github.tf2torch.tensor.Shape.of(array.getShape().getShape());
    long size = Math.multiplyExact(shape.count(), (long) dtype.bytes());
    if (size > Integer.MAX_VALUE) {
      throw new EngineFailure(
          "a tensor has " + size + " bytes, more than 2 GiB; verify with a smaller --batch");
    }
    boolean isEmpty = size == 0;
    return new TensorView(
        dtype, shape, isEmpty ? ByteBuffer.allocate(0) : array.toByteBuffer(true));
  }

  private static DataType dataType(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> DataType.FLOAT32;
      case FLOAT64 -> DataType.FLOAT64;
      case FLOAT16 -> DataType.FLOAT16;
      case BFLOAT16 -> DataType.BFLOAT16;
      case INT64 -> DataType.INT64;
      case INT32 -> DataType.INT32;
      case INT8 -> DataType.INT8;
      case UINT8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
      case COMPLEX64 -> DataType.COMPLEX64;
      default -> throw new EngineFailure("DJL takes no " + dtype.torchName() + " tensor");
    };
  }

  private static DType dtype(DataType type) {
    return switch (type) {
      case FLOAT32 -> DType.FLOAT32;
      case FLOAT64 -> DType.FLOAT64;
      case FLOAT16 -> DType.FLOAT16;
      case BFLOAT16 -> DType.BFLOAT16;
      case INT64 -> DType.INT64;
      case INT32 -> DType.INT32;
      case INT8 -> DType.INT8;
      case UINT8 -> DType.UINT8;
      case BOOLEAN -> DType.BOOL;
      case COMPLEX64 -> DType.COMPLEX64;
      default -> throw new EngineFailure("DJL gave a tensor of type " + type);
    };
  }
}

package io.github.tf2torch.verify.engine;

import com.sun.jna.Pointer;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.tensorflow.RawTensor;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Values on their way into TensorFlow and back. */
final class TensorFlowTensors {
  private static final int CHUNK_BYTES = 1 << 22;
  private static final Map<DType, Class<? extends TType>> CLASSES =
      Map.of(
          DType.FLOAT32, TFloat32.class,
          DType.FLOAT64, TFloat64.class,
          DType.FLOAT16, TFloat16.class,
          DType.BFLOAT16, TBfloat16.class,
          DType.INT64, TInt64.class,
          DType.INT32, TInt32.class,
          DType.UINT8, TUint8.class,
          DType.UINT16, TUint16.class,
          DType.BOOL, TBool.class);

  private TensorFlowTensors() {}

  /** Whether TensorFlow-Java can carry this type across. */
  static boolean carries(DType dtype) {
    return CLASSES.containsKey(dtype);
  }

  static Tensor toNative(TensorValue value) {
    Tensor tensor = allocate(value.dtype(), value.shape());
    byte[] bytes = new byte[value.bytes().remaining()];
    value.bytes().get(bytes);
    tensor.asRawTensor().data().write(bytes);
    return tensor;
  }

  /** Where TensorFlow holds it; gone when the tensor is closed. */
  static TensorView view(Tensor tensor) {
    RawTensor raw = tensor.asRawTensor();
    DType dtype =
        DType.ofTensorflow(raw.dataType().getNumber())
            .orElseThrow(() -> new EngineFailure("TensorFlow gave a " + raw.dataType()));
    Shape shape = Shape.of(raw.shape().asArray());
    long size = Math.multiplyExact(shape.count(), (long) dtype.bytes());
    return new TensorView(dtype, shape, size == 0 ? ByteBuffer.allocate(0) : memory(raw, size));
  }

  private static ByteBuffer memory(RawTensor raw, long size) {
    if (size > Integer.MAX_VALUE) {
      throw new EngineFailure(
          "a tensor has " + size + " bytes, more than 2 GiB; verify with a smaller --batch");
    }
    return raw.data()
        .accept(
            new DataStorageVisitor<ByteBuffer>() {
              @Override
              public ByteBuffer visit(ByteBuffer buffer) {
                return buffer;
              }

              @Override
              public ByteBuffer visit(long address, long length, long scale) {
                return new Pointer(address).getByteBuffer(0, size);
              }

              @Override
              public ByteBuffer fallback() {
                byte[] bytes = new byte[(int) size];
                raw.data().read(bytes);
                return ByteBuffer.wrap(bytes);
              }
            });
  }

  /** A variable's stored value; float32 is widened where {@code precision} asks for it. */
  static Tensor read(Variable variable, TensorSource source, Precision precision) {
    boolean isWidened = precision == Precision.FLOAT64 && variable.dtype() == DType.FLOAT32;
    Tensor tensor = allocate(isWidened ? DType.FLOAT64 : variable.dtype(), variable.shape());
    try {
      ByteDataBuffer target = tensor.asRawTensor().data();
      ByteBuffer chunk =
          ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, variable.bytes()))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (long at = 0; at < variable.bytes(); at += chunk.limit()) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), variable.bytes() - at));
        source.read(variable.name(), at, chunk);
        byte[] bytes = isWidened ? widened(chunk) : chunk.array();
        long scale = isWidened ? 2 : 1;
        target.offset(at * scale).write(bytes, 0, Math.toIntExact(chunk.limit() * scale));
      }
      return tensor;
    } catch (IOException e) {
      tensor.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  private static byte[] widened(ByteBuffer floats) {
    ByteBuffer doubles = ByteBuffer.allocate(floats.limit() * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < floats.limit(); at += Float.BYTES) {
      doubles.putDouble(floats.getFloat(at));
    }
    return doubles.array();
  }

  /** The same elements in float64, where they are float32. */
  static TensorValue widened(TensorValue value) {
    return value.dtype() == DType.FLOAT32
        ? TensorValue.ofDoubles(DType.FLOAT64, value.shape(), value.doubles())
        : value;
  }

  /** The same elements as a tensor of this type takes them. */
  static TensorValue as(DataType type, TensorValue value) {
    DType dtype = DType.ofTensorflow(type.getNumber()).orElse(value.dtype());
    return dtype == value.dtype()
        ? value
        : TensorValue.ofDoubles(dtype, value.shape(), value.doubles());
  }

  private static Tensor allocate(DType dtype, Shape shape) {
    Class<? extends TType> type = CLASSES.get(dtype);
    if (type == null) {
      throw new EngineFailure("TensorFlow-Java takes no " + dtype.torchName() + " tensor");
    }
    long[] dims = shape.dims().stream().mapToLong(Long::longValue).toArray();
    return Tensor.of(type, org.tensorflow.ndarray.Shape.of(dims));
  }
}

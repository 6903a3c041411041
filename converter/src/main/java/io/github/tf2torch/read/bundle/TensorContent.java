package io.github.tf2torch.read.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.tensorflow.proto.TensorProto;

/**
 * The elements of a TensorProto (tensor.proto): whole contents, or a list of values of which the
 * last one fills the rest, as TensorFlow's {@code Tensor::FromProto} does.
 */
public final class TensorContent {
  /** What a message may be blown up to by repeating its last value. */
  private static final long MOST_FILLED_BYTES = 1L << 26;

  /** What a text takes at least in a list of them. */
  private static final int TEXT_BYTES = 64;

  private TensorContent() {}

  /** The texts, each as its bytes. */
  public static List<byte[]> strings(String name, TensorProto proto, Shape shape) {
    int count = size(name, proto, shape, 1);
    if (count > 0 && !proto.getTensorContent().isEmpty()) {
      return encodedStrings(name, proto.getTensorContent(), count);
    }
    checkFilled(name, proto, (long) count * TEXT_BYTES);
    List<byte[]> values = new ArrayList<>();
    proto.getStringValList().stream().limit(count).forEach(s -> values.add(s.toByteArray()));
    while (values.size() < count) {
      values.add(values.isEmpty() ? new byte[0] : values.get(values.size() - 1));
    }
    return values;
  }

  /** All lengths, then all texts, as TensorFlow's {@code EncodeStringList} writes them. */
  private static List<byte[]> encodedStrings(String name, ByteString content, int count) {
    try {
      if (count > content.size()) {
        throw new EOFException();
      }
      CodedInputStream in = content.newCodedInput();
      int[] lengths = new int[count];
      for (int i = 0; i < count; i++) {
        lengths[i] = in.readRawVarint32();
      }
      List<byte[]> values = new ArrayList<>();
      for (int length : lengths) {
        values.add(in.readRawBytes(length));
      }
      if (!in.isAtEnd()) {
        throw new EOFException();
      }
      return values;
    } catch (IOException e) {
      throw new DamagedFile(
          "constant \"%s\" holds %d bytes that are not %d texts behind their lengths"
              .formatted(name, content.size(), count),
          e);
    }
  }

  /** Little-endian and row-major; of a type whose elements have a fixed size. */
  public static byte[] bytes(String name, TensorProto proto, DType dtype, Shape shape) {
    int size = size(name, proto, shape, dtype.bytes());
    if (!proto.getTensorContent().isEmpty()) {
      return content(name, proto, dtype, shape).toByteArray();
    }
    checkFilled(name, proto, size);
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    int stored = put(proto, dtype, out);
    byte[] bytes = out.array();
    int written = Math.multiplyExact(stored, dtype.bytes());
    for (int at = written; stored > 0 && at < size; at++) {
      bytes[at] = bytes[at - dtype.bytes()];
    }
    return bytes;
  }

  /** The whole contents as they are stored, which need not be in memory; empty where listed. */
  public static ByteString content(String name, TensorProto proto, DType dtype, Shape shape) {
    int size = size(name, proto, shape, dtype.bytes());
    ByteString content = proto.getTensorContent();
    if (!content.isEmpty() && content.size() != size) {
      throw new DamagedFile(
          "constant \"%s\" holds %d bytes, expected %d for %s%s"
              .formatted(name, content.size(), size, dtype.torchName(), shape));
    }
    return content;
  }

  private static int size(String name, TensorProto proto, Shape shape, int elementBytes) {
    try {
      return Math.toIntExact(Math.multiplyExact(shape.count(), (long) elementBytes));
    } catch (ArithmeticException e) {
      throw new DamagedFile(
          "constant \"%s\" of shape %s is larger than a constant of %d bytes can be"
              .formatted(name, shape, proto.getSerializedSize()),
          e);
    }
  }

  private static void checkFilled(String name, TensorProto proto, long size) {
    long stored = proto.getSerializedSize();
    if (size > MOST_FILLED_BYTES && size > 16 * stored) {
      throw new UnsupportedFile(
          "constant \"%s\" would be %d bytes, filled from a message of %d; at most %d are read so"
              .formatted(name, size, stored, MOST_FILLED_BYTES));
    }
  }

  /** Writes the listed values, as many as fit, and says how many those were. */
  private static int put(TensorProto proto, DType dtype, ByteBuffer out) {
    return switch (dtype) {
      case FLOAT32 ->
          each(proto.getFloatValCount(), 4, out, i -> out.putFloat(proto.getFloatVal(i)));
      case FLOAT64 ->
          each(proto.getDoubleValCount(), 8, out, i -> out.putDouble(proto.getDoubleVal(i)));
      case INT32, QINT32 ->
          each(proto.getIntValCount(), 4, out, i -> out.putInt(proto.getIntVal(i)));
      case INT16, UINT16, QINT16, QUINT16 ->
          each(proto.getIntValCount(), 2, out, i -> out.putShort((short) proto.getIntVal(i)));
      case INT8, UINT8, QINT8, QUINT8 ->
          each(proto.getIntValCount(), 1, out, i -> out.put((byte) proto.getIntVal(i)));
      case INT64 -> each(proto.getInt64ValCount(), 8, out, i -> out.putLong(proto.getInt64Val(i)));
      case UINT64 ->
          each(proto.getUint64ValCount(), 8, out, i -> out.putLong(proto.getUint64Val(i)));
      case UINT32 ->
          each(proto.getUint32ValCount(), 4, out, i -> out.putInt(proto.getUint32Val(i)));
      case BOOL ->
          each(proto.getBoolValCount(), 1, out, i -> out.put((byte) (proto.getBoolVal(i) ? 1 : 0)));
      case FLOAT16, BFLOAT16 ->
          each(proto.getHalfValCount(), 2, out, i -> out.putShort((short) proto.getHalfVal(i)));
      case COMPLEX64 ->
          each(
              proto.getScomplexValCount() / 2,
              8,
              out,
              i ->
                  out.putFloat(proto.getScomplexVal(2 * i))
                      .putFloat(proto.getScomplexVal(2 * i + 1)));
      case COMPLEX128 ->
          each(
              proto.getDcomplexValCount() / 2,
              16,
              out,
              i ->
                  out.putDouble(proto.getDcomplexVal(2 * i))
                      .putDouble(proto.getDcomplexVal(2 * i + 1)));
      case FLOAT8_E5M2, FLOAT8_E4M3FN, FLOAT8_E4M3FNUZ, FLOAT8_E5M2FNUZ ->
          each(proto.getFloat8Val().size(), 1, out, i -> out.put(proto.getFloat8Val().byteAt(i)));
      case STRING, RESOURCE, VARIANT, COMPLEX32, FLOAT8_E8M0FNU -> 0;
    };
  }

  private static int each(int count, int elementBytes, ByteBuffer out, IntConsumer put) {
    int fitting = Math.min(count, out.remaining() / elementBytes);
    for (int i = 0; i < fitting; i++) {
      put.accept(i);
    }
    return fitting;
  }
}

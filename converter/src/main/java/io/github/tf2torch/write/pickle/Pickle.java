package io.github.tf2torch.write.pickle;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes pickle protocol 2, the opcodes that {@code torch.load} and {@code torch.jit.load} need.
 *
 * <p>Opcodes: {@code Lib/pickletools.py} of CPython; the calls for tensors: {@code
 * torch/_utils.py}.
 */
public final class Pickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public Pickle() {
    op(0x80).op(2);
  }

  public Pickle mark() {
    return op('(');
  }

  public Pickle tuple() {
    return op('t');
  }

  public Pickle emptyTuple() {
    return op(')');
  }

  public Pickle emptyDict() {
    return op('}');
  }

  public Pickle emptyList() {
    return op(']');
  }

  /** What follows the mark, into the list below it. */
  public Pickle appends() {
    return op('e');
  }

  public Pickle none() {
    return op('N');
  }

  public Pickle real(double value) {
    op('G');
    out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    return this;
  }

  public Pickle setItems() {
    return op('u');
  }

  public Pickle reduce() {
    return op('R');
  }

  public Pickle newObject() {
    return op(0x81);
  }

  public Pickle build() {
    return op('b');
  }

  public Pickle global(String module, String name) {
    op('c');
    return ascii(module + "\n" + name + "\n");
  }

  public Pickle text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    op('X');
    out.writeBytes(little(4).putInt(utf8.length).array());
    out.writeBytes(utf8);
    return this;
  }

  public Pickle bool(boolean value) {
    return op(value ? 0x88 : 0x89);
  }

  public Pickle integer(long value) {
    if (value >= 0 && value < 256) {
      return op('K').op((int) value);
    }
    if (value >= 0 && value < 65536) {
      op('M');
      out.writeBytes(little(2).putShort((short) value).array());
    } else if (value == (int) value) {
      op('J');
      out.writeBytes(little(4).putInt((int) value).array());
    } else {
      op(0x8a).op(8);
      out.writeBytes(little(8).putLong(value).array());
    }
    return this;
  }

  /** An empty {@code collections.OrderedDict}. */
  public Pickle orderedDict() {
    return global("collections", "OrderedDict").emptyTuple().reduce();
  }

  /** A contiguous tensor that is the whole of storage {@code key}. */
  public Pickle tensor(String key, DType dtype, Shape shape, boolean requiresGrad) {
    List<Long> strides = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      long stride = 1;
      for (int inner = axis + 1; inner < shape.rank(); inner++) {
        stride *= Math.max(shape.dim(inner), 1);
      }
      strides.add(stride);
    }
    return tensor(key, dtype, shape, shape.count(), strides, requiresGrad);
  }

  /** A tensor whose elements are all the one of storage {@code key}. */
  public Pickle expanded(String key, DType dtype, Shape shape) {
    return tensor(key, dtype, shape, 1, Collections.nCopies(shape.rank(), 0L), false);
  }

  private Pickle tensor(
      String key, DType dtype, Shape shape, long stored, List<Long> strides, boolean isTrained) {
    if (dtype.storageName().isEmpty()) {
      throw new IllegalArgumentException("PyTorch has no storage of " + dtype.torchName());
    }
    boolean isLate = isWithoutStorageClass(dtype);
    global("torch._utils", isLate ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2").mark();
    mark().text("storage");
    global(isLate ? "torch.storage" : "torch", isLate ? "UntypedStorage" : dtype.storageName());
    text(key).text("cpu");
    integer(stored * (isLate ? dtype.bytes() : 1)).tuple().op('Q');
    integer(0);
    mark();
    shape.dims().forEach(this::integer);
    tuple().mark();
    strides.forEach(this::integer);
    tuple().bool(isTrained).orderedDict();
    if (isLate) {
      global("torch", dtype.torchName());
    }
    return tuple().reduce();
  }

  /** Types of 2023 and later have no storage class; their storages are counted in bytes. */
  private static boolean isWithoutStorageClass(DType dtype) {
    return switch (dtype) {
      case UINT16, UINT32, UINT64, COMPLEX32 -> true;
      case FLOAT8_E4M3FN, FLOAT8_E4M3FNUZ, FLOAT8_E5M2, FLOAT8_E5M2FNUZ, FLOAT8_E8M0FNU -> true;
      default -> false;
    };
  }

  /** Ends the pickle. */
  public byte[] bytes() {
    op('.');
    return out.toByteArray();
  }

  private Pickle op(int code) {
    out.write(code);
    return this;
  }

  private Pickle ascii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}

package io.github.tf2torch.tensor;

import java.util.Optional;

/** An element type, by the names that safetensors, PyTorch and TensorFlow give it. */
public enum DType {
  FLOAT32(4, 1, "F32", "float32", "FloatStorage"),
  FLOAT64(8, 2, "F64", "float64", "DoubleStorage"),
  FLOAT16(2, 19, "F16", "float16", "HalfStorage"),
  BFLOAT16(2, 14, "BF16", "bfloat16", "BFloat16Storage"),
  INT64(8, 9, "I64", "int64", "LongStorage"),
  INT32(4, 3, "I32", "int32", "IntStorage"),
  INT16(2, 5, "I16", "int16", "ShortStorage"),
  INT8(1, 6, "I8", "int8", "CharStorage"),
  UINT8(1, 4, "U8", "uint8", "ByteStorage"),
  UINT16(2, 17, "U16", "uint16", "UInt16Storage"),
  UINT32(4, 22, "U32", "uint32", "UInt32Storage"),
  UINT64(8, 23, "U64", "uint64", "UInt64Storage"),
  BOOL(1, 10, "BOOL", "bool", "BoolStorage"),
  COMPLEX64(8, 8, "C64", "complex64", "ComplexFloatStorage"),
  COMPLEX128(16, 18, "", "complex128", "ComplexDoubleStorage"),
  /** A pair of float16; PyTorch alone has it. */
  COMPLEX32(4, -1, "", "complex32", "ComplexHalfStorage"),
  FLOAT8_E5M2(1, 24, "F8_E5M2", "float8_e5m2", "Float8_e5m2Storage"),
  FLOAT8_E4M3FN(1, 25, "F8_E4M3", "float8_e4m3fn", "Float8_e4m3fnStorage"),
  FLOAT8_E4M3FNUZ(1, 26, "F8_E4M3FNUZ", "float8_e4m3fnuz", "Float8_e4m3fnuzStorage"),
  FLOAT8_E5M2FNUZ(1, 28, "F8_E5M2FNUZ", "float8_e5m2fnuz", "Float8_e5m2fnuzStorage"),
  /** A power of two, as micro-scaling blocks have it; PyTorch alone has it. */
  FLOAT8_E8M0FNU(1, -1, "F8_E8M0", "float8_e8m0fnu", "Float8_e8m0fnuStorage"),
  QINT8(1, 11, "", "qint8", ""),
  QUINT8(1, 12, "", "quint8", ""),
  QINT32(4, 13, "", "qint32", ""),
  QINT16(2, 15, "", "qint16", ""),
  QUINT16(2, 16, "", "quint16", ""),
  /** Text or serialized messages: elements have no fixed size. */
  STRING(0, 7, "", "string", ""),
  /** A handle, seen in graphs only. */
  RESOURCE(0, 20, "", "resource", ""),
  VARIANT(0, 21, "", "variant", "");

  private final int bytes;
  private final int tensorflowNumber;
  private final String safetensorsName;
  private final String torchName;
  private final String storageName;

  DType(int bytes, int tensorflowNumber, String safetensors, String torch, String storage) {
    this.bytes = bytes;
    this.tensorflowNumber = tensorflowNumber;
    this.safetensorsName = safetensors;
    this.torchName = torch;
    this.storageName = storage;
  }

  /** Bytes of one element; 0 where elements have no fixed size. */
  public int bytes() {
    return bytes;
  }

  /** The number in {@code tensorflow/core/framework/types.proto}; -1 where TensorFlow has none. */
  public int tensorflowNumber() {
    return tensorflowNumber;
  }

  /** The name in a safetensors header; empty where the format has none. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** The attribute of {@code torch} with this name; TensorFlow's name where PyTorch has none. */
  public String torchName() {
    return torchName;
  }

  /** The class of {@code torch} that a {@code .pt} file names; empty where there is none. */
  public String storageName() {
    return storageName;
  }

  /** Whether it is a float that is computed with. */
  public boolean isFloating() {
    return switch (this) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> true;
      default -> false;
    };
  }

  /** Whether it is a float of 8 bits, which is stored and compared but not computed with. */
  public boolean isFloat8() {
    return switch (this) {
      case FLOAT8_E5M2, FLOAT8_E4M3FN, FLOAT8_E4M3FNUZ, FLOAT8_E5M2FNUZ, FLOAT8_E8M0FNU -> true;
      default -> false;
    };
  }

  /** The type of either part of a complex number; the type itself for others. */
  public DType component() {
    return switch (this) {
      case COMPLEX32 -> FLOAT16;
      case COMPLEX64 -> FLOAT32;
      case COMPLEX128 -> FLOAT64;
      default -> this;
    };
  }

  /** The type with that number in TensorFlow's {@code types.proto}. */
  public static Optional<DType> ofTensorflow(int number) {
    for (DType dtype : values()) {
      if (number > 0 && dtype.tensorflowNumber == number) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }

  /** The type that PyTorch calls so. */
  public static Optional<DType> ofTorch(String name) {
    for (DType dtype : values()) {
      if (dtype.torchName.equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }
}

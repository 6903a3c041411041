package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads a datatype message. Section IV.A.2.d of the specification. */
final class DatatypeReader {
  /** Compounds and arrays nest; a file that nests deeper than this was made to. */
  private static final int MAX_DEPTH = 8;

  private DatatypeReader() {}

  static Datatype read(Cursor cursor) {
    return read(cursor, 0);
  }

  private static Datatype read(Cursor cursor, int depth) {
    if (depth > MAX_DEPTH) {
      throw cursor.damaged("a datatype is nested more than " + MAX_DEPTH + " deep");
    }
    int classAndVersion = cursor.u8();
    int version = classAndVersion >>> 4;
    int bits = cursor.u8() | cursor.u8() << 8 | cursor.u8() << 16;
    long size = cursor.u32();
    if (version < 1 || version > 5) {
      throw cursor.unknownVersion("a datatype", version);
    }
    if (size <= 0 || size > Integer.MAX_VALUE) {
      throw cursor.damaged("a datatype of " + size + " bytes; the file is damaged");
    }
    int bytes = (int) size;
    return switch (classAndVersion & 0x0F) {
      case 0 -> fixedPoint(cursor, bits, bytes);
      case 1 -> floatingPoint(cursor, bits, bytes);
      case 2 -> other(cursor, bytes, 2, "times");
      case 3 -> new Datatype.FixedText(bytes, (bits & 0x0F) == 2);
      case 4 -> other(cursor, bytes, 4, "bit fields");
      case 5 -> new Datatype.Opaque(bytes, cursor.text(Math.min(bits & 0xFF, cursor.remaining())));
      case 6 -> compound(cursor, version, bits & 0xFFFF, bytes, depth);
      case 7 -> other(cursor, bytes, 0, "references");
      case 8 -> enumeration(cursor, version, bits & 0xFFFF, bytes, depth);
      case 9 -> variable(cursor, bits, bytes, depth);
      case 10 -> new Datatype.Other(bytes, "arrays");
      case 11 -> complex(cursor, bytes, depth);
      default -> throw cursor.damaged("a datatype of unknown class; the file is damaged");
    };
  }

  private static Datatype other(Cursor cursor, int size, int properties, String what) {
    cursor.skip(properties);
    return new Datatype.Other(size, what);
  }

  private static Datatype fixedPoint(Cursor cursor, int bits, int size) {
    int bitOffset = cursor.u16();
    int precision = cursor.u16();
    boolean isSigned = (bits & 8) != 0;
    if (bitOffset != 0 || precision != size * 8L) {
      return new Datatype.Other(size, "integers of " + precision + " bits");
    }
    int swap = (bits & 1) != 0 ? size : 1;
    return switch (size) {
      case 1 -> new Datatype.Numeric(isSigned ? DType.INT8 : DType.UINT8, 1);
      case 2 -> new Datatype.Numeric(isSigned ? DType.INT16 : DType.UINT16, swap);
      case 4 -> new Datatype.Numeric(isSigned ? DType.INT32 : DType.UINT32, swap);
      case 8 -> new Datatype.Numeric(isSigned ? DType.INT64 : DType.UINT64, swap);
      default -> new Datatype.Other(size, "integers of " + size + " bytes");
    };
  }

  /** Where a type keeps sign, exponent and mantissa tells which one it is. */
  private record FloatLayout(
      int size, int sign, int exponentAt, int exponentBits, int mantissaBits, long bias) {}

  private static Datatype floatingPoint(Cursor cursor, int bits, int size) {
    int bitOffset = cursor.u16();
    int precision = cursor.u16();
    int exponentAt = cursor.u8();
    int exponentBits = cursor.u8();
    int mantissaAt = cursor.u8();
    int mantissaBits = cursor.u8();
    FloatLayout layout =
        new FloatLayout(
            size, bits >> 8 & 0xFF, exponentAt, exponentBits, mantissaBits, cursor.u32());
    boolean isPlain = bitOffset == 0 && mantissaAt == 0 && precision == size * 8L;
    boolean isVax = (bits & 0x40) != 0;
    int swap = (bits & 1) != 0 ? size : 1;
    if (isPlain && !isVax) {
      if (layout.equals(new FloatLayout(2, 15, 10, 5, 10, 15))) {
        return new Datatype.Numeric(DType.FLOAT16, swap);
      }
      if (layout.equals(new FloatLayout(2, 15, 7, 8, 7, 127))) {
        return new Datatype.Numeric(DType.BFLOAT16, swap);
      }
      if (layout.equals(new FloatLayout(4, 31, 23, 8, 23, 127))) {
        return new Datatype.Numeric(DType.FLOAT32, swap);
      }
      if (layout.equals(new FloatLayout(8, 63, 52, 11, 52, 1023))) {
        return new Datatype.Numeric(DType.FLOAT64, swap);
      }
    }
    return new Datatype.Other(size, "floating-point numbers of " + precision + " bits");
  }

  private record Member(String name, long offset, Datatype type) {}

  /** h5py stores a complex number as a compound of {@code r} and {@code i}. */
  private static Datatype compound(Cursor cursor, int version, int count, int size, int depth) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = cursor.terminatedText(version < 3 ? 8 : 1);
      long offset = version < 3 ? cursor.u32() : cursor.unsigned(Metadata.bytesFor(size));
      cursor.skip(version == 1 ? 28 : 0);
      members.add(new Member(name, offset, read(cursor, depth + 1)));
    }
    boolean isPair =
        members.size() == 2
            && members.get(0).name.equals("r")
            && members.get(1).name.equals("i")
            && members.get(0).offset == 0
            && members.get(1).offset == size / 2
            && members.get(0).type.equals(members.get(1).type);
    return isPair
        ? complexOf(members.get(0).type, size)
        : new Datatype.Other(size, "compounds of " + members.stream().map(Member::name).toList());
  }

  private static Datatype complex(Cursor cursor, int size, int depth) {
    return complexOf(read(cursor, depth + 1), size);
  }

  private static Datatype complexOf(Datatype part, int size) {
    if (part instanceof Datatype.Numeric n && size == 2 * n.size()) {
      if (n.dtype() == DType.FLOAT32) {
        return new Datatype.Numeric(DType.COMPLEX64, n.swapBytes());
      }
      if (n.dtype() == DType.FLOAT64) {
        return new Datatype.Numeric(DType.COMPLEX128, n.swapBytes());
      }
    }
    return new Datatype.Other(size, "complex numbers");
  }

  /** h5py stores a boolean as an enumeration of {@code FALSE} and {@code TRUE}. */
  private static Datatype enumeration(Cursor cursor, int version, int count, int size, int depth) {
    Datatype base = read(cursor, depth + 1);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(cursor.terminatedText(version < 3 ? 8 : 1));
    }
    Cursor values = cursor.slice((long) count * base.size());
    boolean isBoolean = size == 1 && Set.copyOf(names).equals(Set.of("FALSE", "TRUE"));
    for (int i = 0; isBoolean && i < count; i++) {
      isBoolean = values.u8() == (names.get(i).equals("TRUE") ? 1 : 0);
    }
    return isBoolean ? new Datatype.Numeric(DType.BOOL, 1) : base;
  }

  private static Datatype variable(Cursor cursor, int bits, int size, int depth) {
    read(cursor, depth + 1);
    return (bits & 0x0F) == 1
        ? new Datatype.VariableText(size)
        : new Datatype.Other(size, "lists of any length");
  }
}

package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** How a data set's elements lie in the file. Section IV.A.2.i of the specification. */
sealed interface Layout {
  /** In the header itself. */
  record Compact(ByteBuffer bytes) implements Layout {}

  /** In one piece; at no address where nothing was ever written. */
  record Contiguous(long address, long bytes) implements Layout {}

  /**
   * In pieces of equal extent.
   *
   * @param chunk its extent, without the axis of bytes that the file adds
   */
  record Chunked(Shape chunk, ChunkIndex index) implements Layout {}

  static Layout read(Metadata metadata, Cursor cursor) throws IOException {
    int version = cursor.u8();
    return switch (version) {
      case 1, 2 -> oldest(metadata, cursor);
      case 3 -> third(metadata, cursor);
      case 4, 5 -> fourth(metadata, cursor);
      default -> throw cursor.unknownVersion("a data layout", version);
    };
  }

  private static Layout oldest(Metadata metadata, Cursor cursor) {
    int rank = cursor.u8();
    int kind = cursor.u8();
    cursor.skip(5);
    long address = kind == 0 ? Cursor.UNDEFINED : cursor.address();
    List<Long> dims = dims(cursor, rank, 4);
    return switch (kind) {
      case 0 -> new Compact(cursor.slice(cursor.u32()).rest());
      case 1 -> new Contiguous(address, -1);
      case 2 -> {
        cursor.u32(); // bytes of an element
        yield new Chunked(chunk(cursor, dims), new ChunkIndex.TreeV1(metadata, address));
      }
      default -> throw cursor.damaged("a data layout of unknown kind; the file is damaged");
    };
  }

  private static Layout third(Metadata metadata, Cursor cursor) {
    int kind = cursor.u8();
    return switch (kind) {
      case 0 -> new Compact(cursor.slice(cursor.u16()).rest());
      case 1 -> new Contiguous(cursor.address(), cursor.length());
      case 2 -> {
        int rank = cursor.u8();
        long address = cursor.address();
        List<Long> dims = dims(cursor, rank, 4);
        yield new Chunked(chunk(cursor, dims), new ChunkIndex.TreeV1(metadata, address));
      }
      default -> throw cursor.damaged("a data layout of unknown kind; the file is damaged");
    };
  }

  private static Layout fourth(Metadata metadata, Cursor cursor) {
    int kind = cursor.u8();
    return switch (kind) {
      case 0 -> new Compact(cursor.slice(cursor.u16()).rest());
      case 1 -> new Contiguous(cursor.address(), cursor.length());
      case 2 -> fourthChunked(metadata, cursor);
      case 3 ->
          throw new UnsupportedFile(
              metadata.region().label() + ": a virtual data set, made of other files, is not read");
      default -> throw cursor.damaged("a data layout of unknown kind; the file is damaged");
    };
  }

  private static Layout fourthChunked(Metadata metadata, Cursor cursor) {
    int flags = cursor.u8();
    int rank = cursor.u8();
    int width = cursor.u8();
    List<Long> dims = dims(cursor, rank, width);
    Shape chunk = chunk(cursor, dims);
    if ((flags & 1) != 0) {
      throw new UnsupportedFile(
          metadata.region().label()
              + ": a data set whose last chunks are not filtered is not read");
    }
    int kind = cursor.u8();
    return new Chunked(chunk, ChunkIndex.read(metadata, cursor, kind, flags));
  }

  private static List<Long> dims(Cursor cursor, int count, int width) {
    List<Long> dims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      dims.add(cursor.unsigned(width));
    }
    return dims;
  }

  /** The last extent is the size of an element. */
  private static Shape chunk(Cursor cursor, List<Long> dims) {
    if (dims.size() < 2) {
      throw cursor.damaged("pieces of rank " + dims.size() + "; the file is damaged");
    }
    return new Shape(dims.subList(0, dims.size() - 1));
  }
}

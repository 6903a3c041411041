package io.github.tf2torch.read.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.TensorShapeProto;

/** The {@code .index} file: a header under the empty key, then one entry a tensor. */
record BundleIndex(int shards, SortedMap<String, BundleEntry> entries) {
  /** The reader's version in tensor_bundle.cc; a file may ask for a newer one. */
  private static final int VERSION = 1;

  static BundleIndex read(SourceFile file) throws IOException {
    List<TableReader.Row> rows = TableReader.rows(file);
    if (rows.isEmpty() || rows.get(0).key().length != 0) {
      throw file.damaged(0, "the first entry is no bundle header; this is no V2 checkpoint index");
    }
    int shards = header(file, rows.get(0));
    SortedMap<String, BundleEntry> entries = new TreeMap<>();
    for (TableReader.Row row : rows.subList(1, rows.size())) {
      // A part of a partitioned variable: its key is a zero byte, the name and the extents.
      if (row.key()[0] != 0) {
        String key = key(file, row);
        entries.put(key, entry(file, row, key, shards));
      }
    }
    return new BundleIndex(shards, entries);
  }

  private static int header(SourceFile file, TableReader.Row row) {
    try {
      BundleHeaderProto header = BundleHeaderProto.parseFrom(bytes(row.value()));
      if (header.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
        throw new UnsupportedFile(
            file.at(row.blockOffset())
                + "the checkpoint was written by a big-endian machine, which is not supported; "
                + "load and save it again on a little-endian one");
      }
      if (header.getVersion().getMinConsumer() > VERSION) {
        throw new UnsupportedFile(
            file.at(row.blockOffset())
                + "the checkpoint asks for a reader of version "
                + header.getVersion().getMinConsumer()
                + ", this one has version "
                + VERSION);
      }
      if (header.getNumShards() < 1) {
        throw file.damaged(
            row.blockOffset(), "the header says " + header.getNumShards() + " data files");
      }
      return header.getNumShards();
    } catch (InvalidProtocolBufferException e) {
      throw file.damaged(row.blockOffset(), "the bundle header does not parse: " + e.getMessage());
    }
  }

  private static String key(SourceFile file, TableReader.Row row) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(row.key())).toString();
    } catch (CharacterCodingException e) {
      throw new UnsupportedFile(
          file.at(row.blockOffset()) + "a variable's name is not UTF-8, which is not supported", e);
    }
  }

  private static BundleEntry entry(SourceFile file, TableReader.Row row, String key, int shards) {
    String where = "entry \"" + key + "\"";
    BundleEntryProto proto;
    try {
      proto = BundleEntryProto.parseFrom(bytes(row.value()));
    } catch (InvalidProtocolBufferException e) {
      throw file.damaged(row.blockOffset(), where + " does not parse: " + e.getMessage());
    }
    DType dtype =
        DType.ofTensorflow(proto.getDtypeValue())
            .orElseThrow(
                () ->
                    new UnsupportedFile(
                        file.at(row.blockOffset())
                            + where
                            + " has TensorFlow dtype "
                            + proto.getDtypeValue()
                            + ", which is not supported"));
    Shape shape = shape(file, row, proto.getShape(), where);
    boolean isPartitioned = proto.getSlicesCount() > 0;
    if (proto.getShardId() < 0 || proto.getShardId() >= shards) {
      throw file.damaged(
          row.blockOffset(),
          where + " is in data file " + proto.getShardId() + ", but there are " + shards);
    }
    BundleEntry entry =
        new BundleEntry(
            key,
            dtype,
            shape,
            proto.getShardId(),
            proto.getOffset(),
            proto.getSize(),
            proto.getCrc32C(),
            isPartitioned);
    if (dtype.bytes() > 0 && !isPartitioned) {
      checkSize(file, row, entry);
    }
    return entry;
  }

  private static Shape shape(
      SourceFile file, TableReader.Row row, TensorShapeProto proto, String where) {
    try {
      Shape shape =
          new Shape(proto.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList());
      if (!proto.getUnknownRank() && shape.count() >= 0) {
        return shape;
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // answered below: both say that the shape is impossible
    }
    throw file.damaged(
        row.blockOffset(),
        where
            + " has the impossible shape "
            + proto.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList());
  }

  private static void checkSize(SourceFile file, TableReader.Row row, BundleEntry entry) {
    long expected =
        Math.multiplyHigh(entry.shape().count(), (long) entry.dtype().bytes()) == 0
            ? entry.shape().count() * entry.dtype().bytes()
            : -1;
    if (entry.size() != expected) {
      throw file.damaged(
          row.blockOffset(),
          "entry \"%s\" has %d bytes, but %s%s needs %d"
              .formatted(
                  entry.key(), entry.size(), entry.dtype().torchName(), entry.shape(), expected));
    }
  }

  private static ByteString bytes(ByteBuffer value) {
    return ByteString.copyFrom(value.duplicate());
  }
}

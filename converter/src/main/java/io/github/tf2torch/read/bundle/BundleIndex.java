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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TensorSliceProto;

/** The {@code .index} file: a header under the empty key, then one entry a tensor. */
record BundleIndex(int shards, SortedMap<String, BundleEntry> entries, List<String> problems) {
  /** The reader's version in tensor_bundle.cc; a file may ask for a newer one. */
  private static final int VERSION = 1;

  /** How the key of a part of a partitioned variable begins. */
  private static final byte PART = 0;

  static BundleIndex read(SourceFile file) throws IOException {
    List<TableReader.Row> rows = TableReader.rows(file);
    if (rows.isEmpty() || rows.get(0).key().length != 0) {
      throw file.damaged(0, "the first entry is no bundle header; this is no V2 checkpoint index");
    }
    int shards = header(file, rows.get(0));
    SortedMap<String, BundleEntry> entries = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    Map<ByteBuffer, TableReader.Row> parts = new HashMap<>();
    for (TableReader.Row row : rows.subList(1, rows.size())) {
      if (row.key()[0] == PART) {
        parts.put(ByteBuffer.wrap(row.key()), row);
      }
    }
    for (TableReader.Row row : rows.subList(1, rows.size())) {
      if (row.key()[0] != PART) {
        String key = key(file, row);
        BundleEntryProto proto = parse(file, row, key);
        try {
          entries.put(key, entry(file, row, key, proto, shards, parts));
        } catch (UnsupportedFile left) {
          problems.add(left.getMessage());
        }
      }
    }
    return new BundleIndex(shards, entries, List.copyOf(problems));
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

  private static BundleEntryProto parse(SourceFile file, TableReader.Row row, String key) {
    try {
      return BundleEntryProto.parseFrom(bytes(row.value()));
    } catch (InvalidProtocolBufferException e) {
      throw file.damaged(
          row.blockOffset(), "entry \"" + key + "\" does not parse: " + e.getMessage());
    }
  }

  private static BundleEntry entry(
      SourceFile file,
      TableReader.Row row,
      String key,
      BundleEntryProto proto,
      int shards,
      Map<ByteBuffer, TableReader.Row> parts) {
    String where = "entry \"" + key + "\"";
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
    if (proto.getShardId() < 0 || proto.getShardId() >= shards) {
      throw file.damaged(
          row.blockOffset(),
          where + " is in data file " + proto.getShardId() + ", but there are " + shards);
    }
    List<BundleEntry.Part> own = new ArrayList<>();
    for (TensorSliceProto slice : proto.getSlicesList()) {
      own.add(part(file, row, key, shape, slice, shards, parts));
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
            own);
    if (entry.isPartitioned()) {
      BundleCover.check(entry, file.at(row.blockOffset()) + where);
    } else if (dtype.bytes() > 0) {
      checkSize(file, row, entry);
    }
    return entry;
  }

  private static BundleEntry.Part part(
      SourceFile file,
      TableReader.Row row,
      String key,
      Shape whole,
      TensorSliceProto proto,
      int shards,
      Map<ByteBuffer, TableReader.Row> parts) {
    TensorSlice slice =
        TensorSlice.of(proto, whole)
            .orElseThrow(
                () ->
                    file.damaged(
                        row.blockOffset(),
                        "a part of \"" + key + "\" does not lie within its shape " + whole));
    TableReader.Row stored = parts.get(ByteBuffer.wrap(SliceKey.of(key, slice)));
    if (stored == null) {
      throw file.damaged(
          row.blockOffset(),
          "\"%s\" has a part from %s of extent %s, which the index does not hold"
              .formatted(key, slice.starts(), slice.lengths()));
    }
    BundleEntryProto entry = parse(file, stored, key);
    BundleEntry part = entry(file, stored, key, entry, shards, Map.of());
    if (!part.shape().equals(slice.shape())) {
      throw file.damaged(
          stored.blockOffset(),
          "a part of \"%s\" is %s, but stored as %s".formatted(key, slice.shape(), part.shape()));
    }
    return new BundleEntry.Part(slice, part);
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

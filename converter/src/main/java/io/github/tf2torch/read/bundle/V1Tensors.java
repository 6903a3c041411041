package io.github.tf2torch.read.bundle;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.SavedSlice;
import org.tensorflow.proto.SavedSliceMeta;
import org.tensorflow.proto.SavedTensorSlices;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorSliceProto;

/**
 * A V1 checkpoint (saved_tensor_slice.proto): tables that hold tensors as protocol buffers, beside
 * their description under the empty key. The tables' own block checksums guard the bytes; a tensor
 * is decoded when it is asked for, and the last one is kept.
 */
final class V1Tensors implements StoredTensors {
  private final List<SourceFile> files = new ArrayList<>();
  private final SortedMap<String, BundleEntry> entries = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<BundleEntry, Row> places = new HashMap<>();
  private Optional<Decoded> last = Optional.empty();

  /** A row and the file that it is in. */
  private record Row(SourceFile file, TableReader.Row row) {}

  private record Decoded(BundleEntry part, ByteBuffer bytes) {}

  private V1Tensors() {}

  static V1Tensors open(List<Path> paths) throws IOException {
    V1Tensors tensors = new V1Tensors();
    try {
      for (Path path : paths) {
        tensors.read(SourceFile.open(path, "all files of a sharded checkpoint are needed"));
      }
      return tensors;
    } catch (IOException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private void read(SourceFile file) throws IOException {
    files.add(file);
    Map<ByteBuffer, Row> rows = new HashMap<>();
    List<SavedTensorSlices> metas = new ArrayList<>();
    TableReader.scan(
        file,
        row -> {
          if (row.key().length == 0) {
            metas.add(parse(file, row));
          } else {
            TableReader.Row place =
                new TableReader.Row(
                    row.key(), ByteBuffer.allocate(0), row.blockOffset(), row.blockBytes());
            rows.put(ByteBuffer.wrap(row.key()), new Row(file, place));
          }
        });
    if (metas.isEmpty() || !metas.get(0).hasMeta()) {
      throw file.damaged(0, "the first entry describes no tensors; this is no V1 checkpoint");
    }
    for (SavedSliceMeta meta : metas.get(0).getMeta().getTensorList()) {
      describe(file, meta, rows);
    }
  }

  private static SavedTensorSlices parse(SourceFile file, TableReader.Row row) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(row.value());
      in.setSizeLimit(Integer.MAX_VALUE);
      return SavedTensorSlices.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw file.damaged(row.blockOffset(), "an entry does not parse: " + e.getMessage());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void describe(SourceFile file, SavedSliceMeta meta, Map<ByteBuffer, Row> rows) {
    String name = meta.getName();
    Optional<DType> dtype = DType.ofTensorflow(meta.getTypeValue());
    Shape shape;
    try {
      shape = new Shape(meta.getShape().getDimList().stream().map(d -> d.getSize()).toList());
      Math.multiplyExact(shape.count(), 16L);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new DamagedFile(file.name() + ": \"" + name + "\" has an impossible shape", e);
    }
    if (dtype.isEmpty()) {
      problems.add(file.name() + ": \"" + name + "\" is of type number " + meta.getTypeValue());
      return;
    }
    List<BundleEntry.Part> parts = new ArrayList<>();
    BundleEntry known = entries.get(name);
    if (known != null && (!known.shape().equals(shape) || known.dtype() != dtype.get())) {
      throw new DamagedFile(file.name() + ": \"" + name + "\" differs from its other parts");
    }
    if (known != null) {
      parts.addAll(known.parts());
    }
    for (TensorSliceProto proto : meta.getSliceList()) {
      parts.add(part(file, name, dtype.get(), shape, proto, rows));
    }
    entries.put(name, new BundleEntry(name, dtype.get(), shape, 0, 0, 0, 0, parts));
  }

  private BundleEntry.Part part(
      SourceFile file,
      String name,
      DType dtype,
      Shape whole,
      TensorSliceProto proto,
      Map<ByteBuffer, Row> rows) {
    TensorSlice slice =
        TensorSlice.of(proto, whole)
            .orElseThrow(
                () ->
                    new DamagedFile(
                        file.name() + ": a part of \"" + name + "\" is outside of " + whole));
    Row row = rows.get(ByteBuffer.wrap(SliceKey.of(name, slice)));
    if (row == null) {
      throw new DamagedFile(
          "%s: \"%s\" has a part from %s of extent %s, which the file does not hold"
              .formatted(file.name(), name, slice.starts(), slice.lengths()));
    }
    BundleEntry part =
        new BundleEntry(
            name,
            dtype,
            slice.shape(),
            files.size(),
            row.row().blockOffset(),
            0,
            places.size(),
            List.of());
    places.put(part, row);
    return new BundleEntry.Part(slice, part);
  }

  @Override
  public SortedMap<String, BundleEntry> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }

  @Override
  public List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void read(String key, long offset, ByteBuffer target) throws IOException {
    BundleEntry entry = entry(key);
    if (offset < 0 || target.remaining() > entry.shape().count() * entry.dtype().bytes() - offset) {
      throw new IllegalArgumentException(target.remaining() + " bytes at " + offset + " of " + key);
    }
    BundleCover.check(entry, key);
    PartitionedRead.fill(entry, offset, target, this::readPart);
  }

  private void readPart(BundleEntry part, long offset, ByteBuffer target) throws IOException {
    ByteBuffer bytes = decoded(part);
    bytes.position(Math.toIntExact(offset));
    target.put(bytes.limit(bytes.position() + target.remaining()));
  }

  private synchronized ByteBuffer decoded(BundleEntry part) throws IOException {
    if (last.isEmpty() || !last.get().part().equals(part)) {
      last = Optional.empty();
      byte[] bytes = TensorContent.bytes(part.key(), data(part), part.dtype(), part.shape());
      last = Optional.of(new Decoded(part, ByteBuffer.wrap(bytes).asReadOnlyBuffer()));
    }
    return last.get().bytes().duplicate();
  }

  /** The message that holds a part; it has as many values as the part has elements. */
  private TensorProto data(BundleEntry part) throws IOException {
    Row place = places.get(part);
    SavedSlice slice = parse(place.file(), TableReader.again(place.file(), place.row())).getData();
    if (!slice.getName().equals(part.key())) {
      throw place
          .file()
          .damaged(
              place.row().blockOffset(),
              "\"" + slice.getName() + "\" is stored in the place of \"" + part.key() + "\"");
    }
    TensorProto data = slice.getData();
    long stored = part.dtype() == DType.STRING ? data.getStringValCount() : part.shape().count();
    boolean isTooFew =
        part.dtype() != DType.STRING
            && (long) data.getSerializedSize() * Byte.SIZE < part.shape().count();
    if (stored != part.shape().count() || isTooFew) {
      throw place
          .file()
          .damaged(
              place.row().blockOffset(),
              "\"%s\" has fewer values than %s".formatted(part.key(), part.shape()));
    }
    return data;
  }

  /** The table's blocks have checksums, compared whenever they are read. */
  @Override
  public boolean verify(String key) throws IOException {
    BundleEntry entry = entry(key);
    BundleCover.check(entry, key);
    for (BundleEntry.Part part : entry.parts()) {
      if (part.entry().dtype().bytes() > 0) {
        decoded(part.entry());
      } else {
        data(part.entry());
      }
    }
    return true;
  }

  @Override
  public List<byte[]> strings(String key) throws IOException {
    BundleEntry entry = entry(key);
    if (entry.dtype() != DType.STRING || entry.parts().size() != 1) {
      throw new BadRequest("\"" + key + "\" is no tensor of strings in one part");
    }
    BundleEntry part = entry.parts().get(0).entry();
    return TensorContent.strings(key, data(part), part.shape());
  }

  private BundleEntry entry(String key) {
    BundleEntry entry = entries.get(key);
    if (entry == null) {
      throw new BadRequest("the checkpoint has no variable \"" + key + "\"");
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    for (SourceFile file : files) {
      file.close();
    }
  }
}

package io.github.tf2torch.write.bundle;

import io.github.tf2torch.io.MaskedCrc;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.write.pass.Checksums;
import io.github.tf2torch.write.pass.TensorFilePlan;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * A checkpoint of format V2 in one shard: {@code PREFIX.data-00000-of-00001} with the tensors one
 * after another, and {@code PREFIX.index} (tensorflow/core/util/tensor_bundle/tensor_bundle.cc).
 */
public final class BundleWriter {
  private static final String DATA = ".data-00000-of-00001";
  private static final String INDEX = ".index";

  /** Fields of {@code BundleHeaderProto} and {@code VersionDef}. */
  private static final int NUM_SHARDS = 1;

  private static final int VERSION = 3;
  private static final int PRODUCER = 1;

  /** Fields of {@code BundleEntryProto}. */
  private static final int DTYPE = 1;

  private static final int SHAPE = 2;
  private static final int OFFSET = 4;
  private static final int SIZE = 5;
  private static final int CRC32C = 6;

  /** Fields of {@code TensorShapeProto} and its dimensions. */
  private static final int DIM = 2;

  private static final int EXTENT = 1;

  private final Path folder;
  private final String name;
  private final List<Row> rows = new ArrayList<>();
  private final List<TensorFilePlan.Place> places = new ArrayList<>();
  private final List<TensorFilePlan.Part> strings = new ArrayList<>();
  private long end;

  /** A variable, and all the keys under which it is found. */
  public sealed interface Entry {
    List<String> keys();

    /**
     * One whose bytes a recipe makes.
     *
     * @param dtype as TensorFlow calls these bytes, which the recipe may not
     */
    record Tensor(List<String> keys, DType dtype, TensorExpr recipe) implements Entry {
      public Tensor {
        keys = List.copyOf(keys);
        if (dtype.bytes() != recipe.dtype().bytes()) {
          throw new IllegalArgumentException(dtype + " is not made of " + recipe.dtype());
        }
      }
    }

    /** Strings, in row-major order. */
    record Strings(List<String> keys, Shape shape, List<byte[]> elements) implements Entry {
      public Strings {
        keys = List.copyOf(keys);
        elements = List.copyOf(elements);
      }
    }
  }

  private sealed interface Crc {
    record Known(int masked) implements Crc {}

    record Of(TensorExpr recipe) implements Crc {}
  }

  private record Row(byte[] key, DType dtype, Shape shape, long offset, long size, Crc crc) {}

  /**
   * Plans both files.
   *
   * @param folder where they are written
   * @param name the last part of the prefix
   */
  public BundleWriter(Path folder, String name, List<Entry> entries) {
    this.folder = folder;
    this.name = name;
    entries.forEach(this::place);
    rows.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
    Set<ByteBuffer> keys = new HashSet<>();
    for (Row row : rows) {
      if (row.key().length == 0 || !keys.add(ByteBuffer.wrap(row.key()))) {
        throw new IllegalArgumentException(
            "two variables \"" + new String(row.key(), StandardCharsets.UTF_8) + "\"");
      }
    }
  }

  private void place(Entry entry) {
    if (entry instanceof Entry.Tensor tensor) {
      TensorFilePlan.Place place = new TensorFilePlan.Place(tensor.recipe(), end);
      places.add(place);
      add(
          entry,
          tensor.dtype(),
          tensor.recipe().shape(),
          place.bytes(),
          new Crc.Of(tensor.recipe()));
    } else if (entry instanceof Entry.Strings text) {
      StringTensorBytes bytes = StringTensorBytes.of(text.elements());
      strings.add(new TensorFilePlan.Part(end, ByteBuffer.wrap(bytes.bytes())));
      add(
          entry,
          DType.STRING,
          text.shape(),
          bytes.bytes().length,
          new Crc.Known(bytes.maskedCrc()));
    }
  }

  private void add(Entry entry, DType dtype, Shape shape, long bytes, Crc crc) {
    for (String key : entry.keys()) {
      rows.add(new Row(key.getBytes(StandardCharsets.UTF_8), dtype, shape, end, bytes, crc));
    }
    end = Math.addExact(end, bytes);
  }

  /** The file of tensors, for a pass. */
  public TensorFilePlan data() {
    return new TensorFilePlan() {
      @Override
      public Path file() {
        return folder.resolve(name + DATA);
      }

      @Override
      public List<Place> tensors() {
        return List.copyOf(places);
      }

      @Override
      public boolean needsCrc32() {
        return false;
      }

      @Override
      public List<Part> around(ToIntFunction<TensorExpr> crc32) {
        return List.copyOf(strings);
      }
    };
  }

  /** Writes the index, which needs to know what the pass has written. */
  public void writeIndex(Map<TensorExpr, Checksums> written) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(folder.resolve(name + INDEX), StandardOpenOption.CREATE_NEW))) {
      TableWriter table = new TableWriter(out);
      table.add(new byte[0], header());
      for (Row row : rows) {
        table.add(row.key(), entry(row, written));
      }
      table.finish();
    }
  }

  /** The names of the two files, the one last without which there is no checkpoint. */
  public static List<String> files(String name) {
    return List.of(name + DATA, name + INDEX);
  }

  private static byte[] header() {
    byte[] version = new Varints().field(1, PRODUCER).bytes();
    return new Varints().field(NUM_SHARDS, 1).field(VERSION, version).bytes();
  }

  private static byte[] entry(Row row, Map<TensorExpr, Checksums> written) {
    Varints shape = new Varints();
    for (long extent : row.shape().dims()) {
      shape.field(DIM, new Varints().field(EXTENT, extent).bytes());
    }
    return new Varints()
        .field(DTYPE, row.dtype().tensorflowNumber())
        .field(SHAPE, shape.bytes())
        .field(OFFSET, row.offset())
        .field(SIZE, row.size())
        .fieldFixed32(CRC32C, masked(row.crc(), written))
        .bytes();
  }

  private static int masked(Crc crc, Map<TensorExpr, Checksums> written) {
    return crc instanceof Crc.Of of
        ? MaskedCrc.mask(Objects.requireNonNull(written.get(of.recipe())).crc32cBits())
        : ((Crc.Known) crc).masked();
  }
}

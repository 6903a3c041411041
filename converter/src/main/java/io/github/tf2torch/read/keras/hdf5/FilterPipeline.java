package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What was done to each piece before it was stored. Section IV.A.2.l of the specification. */
final class FilterPipeline {
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER32 = 3;
  private static final Map<Integer, String> OTHERS =
      Map.of(
          4,
          "szip",
          5,
          "nbit",
          6,
          "scaleoffset",
          32000,
          "lzf",
          32001,
          "blosc",
          32004,
          "lz4",
          32008,
          "bitshuffle",
          32013,
          "zfp",
          32015,
          "zstd");

  /** No stream of deflate is shorter: zlib's documentation, "Maximum Compression Factor". */
  private static final long MAX_EXPANSION = 1032;

  private record Filter(int id, int elementBytes) {}

  private final List<Filter> filters;
  private final String label;

  private FilterPipeline(List<Filter> filters, String label) {
    this.filters = List.copyOf(filters);
    this.label = label;
  }

  static FilterPipeline none(String label) {
    return new FilterPipeline(List.of(), label);
  }

  static FilterPipeline read(Metadata metadata, Cursor cursor) {
    int version = cursor.u8();
    if (version < 1 || version > 2) {
      throw cursor.unknownVersion("a filter pipeline", version);
    }
    int count = cursor.u8();
    cursor.skip(version == 1 ? 6 : 0);
    List<Filter> filters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = cursor.u16();
      int nameBytes = version == 1 || id >= 256 ? cursor.u16() : 0;
      cursor.u16(); // whether it may be left out
      int values = cursor.u16();
      cursor.skip(version == 1 ? (nameBytes + 7) / 8 * 8 : nameBytes);
      int first = values > 0 ? (int) cursor.u32() : 0;
      cursor.skip(4L * Math.max(0, values - 1));
      cursor.skip(version == 1 && values % 2 == 1 ? 4 : 0);
      filters.add(new Filter(id, first));
    }
    return new FilterPipeline(filters, metadata.region().label());
  }

  boolean isEmpty() {
    return filters.isEmpty();
  }

  /** Refuses what can't be undone, before anything is read. */
  void check() {
    long deflates = 0;
    for (Filter filter : filters) {
      deflates += filter.id == DEFLATE ? 1 : 0;
      if (filter.id < DEFLATE || filter.id > FLETCHER32) {
        String name = OTHERS.getOrDefault(filter.id, "filter " + filter.id);
        throw new UnsupportedFile(
            label + ": a data set is compressed with " + name + ", which is not read; gzip is");
      }
    }
    if (deflates > 1) {
      throw new UnsupportedFile(label + ": a data set is compressed twice, which is not read");
    }
  }

  /** The most bytes that so many stored ones can become. */
  long mostBytes(long stored) {
    boolean isDeflated = filters.stream().anyMatch(f -> f.id == DEFLATE);
    return isDeflated ? stored * MAX_EXPANSION + 64 : stored;
  }

  /** The elements of a piece of {@code size} bytes, as they were before filtering. */
  byte[] undo(byte[] stored, long skippedFilters, int size) {
    byte[] bytes = stored;
    for (int i = filters.size() - 1; i >= 0; i--) {
      if ((skippedFilters >> i & 1) == 0) {
        bytes =
            switch (filters.get(i).id) {
              case DEFLATE -> inflate(bytes, size + 4 * filters.size());
              case SHUFFLE -> unshuffle(bytes, filters.get(i).elementBytes);
              case FLETCHER32 -> checkFletcher(bytes);
              default -> throw new AssertionError("checked before: " + filters.get(i));
            };
      }
    }
    if (bytes.length != size) {
      throw damaged("a chunk has " + bytes.length + " bytes, expected " + size);
    }
    return bytes;
  }

  private byte[] inflate(byte[] stored, int most) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(stored);
      byte[] out = new byte[most];
      int count = 0;
      while (!inflater.finished()) {
        int more = inflater.inflate(out, count, most - count);
        count += more;
        if (more == 0 && !inflater.finished()) {
          throw damaged("a compressed chunk is cut off or longer than expected");
        }
      }
      return java.util.Arrays.copyOf(out, count);
    } catch (DataFormatException e) {
      throw new DamagedFile(label + ": a compressed chunk is damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  /** All first bytes of the elements come first, then all second ones; {@code H5Zshuffle.c}. */
  private static byte[] unshuffle(byte[] shuffled, int elementBytes) {
    if (elementBytes <= 1) {
      return shuffled;
    }
    int count = shuffled.length / elementBytes;
    byte[] out = shuffled.clone();
    for (int plane = 0; plane < elementBytes; plane++) {
      int from = plane * count;
      for (int i = 0; i < count; i++) {
        out[i * elementBytes + plane] = shuffled[from + i];
      }
    }
    return out;
  }

  /** {@code H5_checksum_fletcher32}: big-endian words of 16 bits, the sum stored little-endian. */
  private byte[] checkFletcher(byte[] stored) {
    int length = stored.length - 4;
    if (length < 0) {
      throw damaged("a chunk is too short for its checksum");
    }
    long low = 0;
    long high = 0;
    for (int i = 0; i < length; i += 2) {
      int second = i + 1 < length ? stored[i + 1] & 0xFF : 0;
      low = (low + ((stored[i] & 0xFF) << 8 | second)) % 65535;
      high = (high + low) % 65535;
    }
    long expected = 0;
    for (int i = 0; i < 4; i++) {
      expected |= (stored[length + i] & 0xFFL) << 8 * i;
    }
    long computed = high << 16 | low;
    if (!sameFletcher(computed, expected)) {
      throw damaged("chunk checksum is 0x%08x, expected 0x%08x".formatted(computed, expected));
    }
    return java.util.Arrays.copyOf(stored, length);
  }

  /** The library leaves 65535 where this arithmetic gives 0: both are zero in it. */
  private static boolean sameFletcher(long computed, long expected) {
    return (computed & 0xFFFF) % 65535 == (expected & 0xFFFF) % 65535
        && (computed >> 16) % 65535 == (expected >> 16) % 65535;
  }

  private DamagedFile damaged(String what) {
    return new DamagedFile(label + ": " + what + "; the file is damaged");
  }
}

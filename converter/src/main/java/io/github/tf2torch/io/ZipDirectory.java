package io.github.tf2torch.io;

import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The directory at the end of a zip file (PKWARE's APPNOTE 6.3), believed only as far as it agrees
 * with the headers of the entries: names, order, no two entries of a name, none inside another.
 */
final class ZipDirectory {
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL_BYTES = 30;
  private static final long MASK_32 = 0xFFFF_FFFFL;

  /** What deflate can make of a byte (RFC 1951: 258 bytes from 2 bits), rounded up. */
  private static final long BEST_DEFLATION = 1032;

  private final SourceFile file;

  ZipDirectory(SourceFile file) {
    this.file = file;
  }

  /** Where the central headers lie. */
  private record Extent(long offset, long size, long count) {}

  Map<String, ZipEntryRecord> entries() throws IOException {
    Extent extent = extent();
    if (extent.count() < 0 || extent.count() > extent.size() / CENTRAL_BYTES) {
      throw file.damaged(
          extent.offset(),
          "the directory of %d bytes is said to have %d entries"
              .formatted(extent.size(), extent.count()));
    }
    ByteBuffer directory = file.read(extent.offset(), extent.size());
    Map<String, ZipEntryRecord> entries = new LinkedHashMap<>();
    for (long i = 0; i < extent.count(); i++) {
      ZipEntryRecord entry = entry(directory, extent);
      if (entries.put(entry.name(), entry) != null) {
        throw file.damaged(entry.offset(), "the archive has two entries \"" + entry.name() + "\"");
      }
    }
    if (directory.hasRemaining()) {
      throw file.damaged(
          extent.offset() + directory.position(),
          directory.remaining() + " bytes are left over after the last entry of the directory");
    }
    checkApart(entries, extent);
    return entries;
  }

  private Extent extent() throws IOException {
    long tail = Math.min(file.size(), END_BYTES + LONGEST_COMMENT);
    ByteBuffer end = file.read(file.size() - tail, tail);
    for (int at = end.limit() - END_BYTES; at >= 0; at--) {
      if (end.getInt(at) == 0x06054b50
          && at + END_BYTES + Short.toUnsignedInt(end.getShort(at + 20)) == end.limit()) {
        long offset = file.size() - tail + at;
        if (end.getInt(at + 4) != 0) {
          throw new UnsupportedFile(file.at(offset) + "an archive of several volumes is not read");
        }
        long count = Short.toUnsignedInt(end.getShort(at + 10));
        long size = end.getInt(at + 12) & MASK_32;
        long begin = end.getInt(at + 16) & MASK_32;
        boolean isWide = count == 0xFFFF || size == MASK_32 || begin == MASK_32;
        return isWide ? wideExtent(offset) : new Extent(begin, size, count);
      }
    }
    throw file.damaged(
        file.size(),
        "the directory of a zip file, which is its end, is not here; the file is truncated (a"
            + " download that broke off?)");
  }

  private Extent wideExtent(long end) throws IOException {
    ByteBuffer locator = file.read(end - 20, 20);
    if (locator.getInt(0) != 0x07064b50) {
      throw file.damaged(end - 20, "expected the zip64 locator here");
    }
    long at = locator.getLong(8);
    ByteBuffer wide = file.read(at, 56);
    if (wide.getInt(0) != 0x06064b50) {
      throw file.damaged(at, "expected the zip64 end of the directory here");
    }
    return new Extent(wide.getLong(48), wide.getLong(40), wide.getLong(32));
  }

  private ZipEntryRecord entry(ByteBuffer in, Extent extent) throws IOException {
    long place = extent.offset() + in.position();
    if (in.remaining() < CENTRAL_BYTES || in.getInt(in.position()) != 0x02014b50) {
      throw file.damaged(place, "expected an entry of the zip directory here");
    }
    int at = in.position();
    int flags = in.getShort(at + 8);
    int method = Short.toUnsignedInt(in.getShort(at + 10));
    int nameBytes = Short.toUnsignedInt(in.getShort(at + 28));
    int extraBytes = Short.toUnsignedInt(in.getShort(at + 30));
    int length = CENTRAL_BYTES + nameBytes + extraBytes + Short.toUnsignedInt(in.getShort(at + 32));
    if (length > in.remaining()) {
      throw file.damaged(place, "an entry of " + length + " bytes goes beyond the directory");
    }
    byte[] encoded = new byte[nameBytes];
    in.get(at + CENTRAL_BYTES, encoded);
    String name = text(encoded, place);
    if ((flags & 1) != 0 || (method != 0 && method != 8)) {
      throw new UnsupportedFile(
          file.at(place)
              + "\"%s\" is %s, which is not read"
                  .formatted(
                      name, (flags & 1) != 0 ? "encrypted" : "compressed by method " + method));
    }
    long size = in.getInt(at + 24) & MASK_32;
    long stored = in.getInt(at + 20) & MASK_32;
    long local = in.getInt(at + 42) & MASK_32;
    ByteBuffer wide = wideFields(in.slice(at + CENTRAL_BYTES + nameBytes, extraBytes), place);
    size = size == MASK_32 ? next(wide, place) : size;
    stored = stored == MASK_32 ? next(wide, place) : stored;
    local = local == MASK_32 ? next(wide, place) : local;
    int crc = in.getInt(at + 16);
    in.position(at + length);
    checkSizes(name, method, stored, size, place);
    long data = dataOffset(local, encoded);
    if (data > extent.offset() || stored > extent.offset() - data) {
      throw file.damaged(place, "\"" + name + "\" goes beyond the entries' part of the file");
    }
    return new ZipEntryRecord(name, method == 8, data, stored, size, crc);
  }

  private void checkSizes(String name, int method, long stored, long size, long place) {
    boolean isPossible =
        method == 0 ? stored == size : size <= Math.min(stored, file.size()) * BEST_DEFLATION;
    if (stored < 0 || size < 0 || !isPossible) {
      throw file.damaged(
          place, "\"%s\": %d bytes are said to unpack to %d".formatted(name, stored, size));
    }
  }

  /** The content of the zip64 field; empty where there is none. */
  private ByteBuffer wideFields(ByteBuffer extra, long place) {
    extra.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      if (length > extra.remaining()) {
        throw file.damaged(place, "an extra field of " + length + " bytes goes beyond its entry");
      }
      if (id == 1) {
        return extra.slice(extra.position(), length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private long next(ByteBuffer wide, long place) {
    if (wide.remaining() < 8) {
      throw file.damaged(place, "an entry of more than 4 GiB has no zip64 field");
    }
    return wide.getLong();
  }

  /** Where an entry's bytes begin; its own header has to name it as the directory does. */
  private long dataOffset(long local, byte[] name) throws IOException {
    ByteBuffer header = file.read(local, (long) LOCAL_BYTES + name.length);
    byte[] found = new byte[name.length];
    header.get(LOCAL_BYTES, found);
    if (header.getInt(0) != 0x04034b50
        || Short.toUnsignedInt(header.getShort(26)) != name.length
        || !java.util.Arrays.equals(found, name)) {
      throw file.damaged(
          local,
          "expected the header of \""
              + new String(name, StandardCharsets.UTF_8)
              + "\" here, as the directory says");
    }
    return local + LOCAL_BYTES + name.length + Short.toUnsignedInt(header.getShort(28));
  }

  private void checkApart(Map<String, ZipEntryRecord> entries, Extent extent) {
    List<ZipEntryRecord> byOffset = new ArrayList<>(entries.values());
    byOffset.sort(Comparator.comparing(ZipEntryRecord::offset));
    long end = 0;
    for (ZipEntryRecord entry : byOffset) {
      if (entry.offset() - LOCAL_BYTES < end) {
        throw file.damaged(entry.offset(), "\"" + entry.name() + "\" lies inside another entry");
      }
      end = entry.offset() + entry.storedSize();
    }
    if (end > extent.offset()) {
      throw file.damaged(extent.offset(), "the directory lies inside an entry");
    }
  }

  private String text(byte[] utf8, long place) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new UnsupportedFile(file.at(place) + "the name of an entry is not UTF-8", e);
    }
  }
}

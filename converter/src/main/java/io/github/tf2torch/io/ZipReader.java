package io.github.tf2torch.io;

import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A zip file whose stored entries are read by position. No byte of an entry is given out before its
 * checksum was found right. May be read by several threads.
 */
public final class ZipReader implements Closeable {
  private static final int BLOCK_BYTES = 1 << 20;

  private final SourceFile file;
  private final Map<String, ZipEntryRecord> entries;
  private final boolean hasChecksums;
  private final Set<String> verified = ConcurrentHashMap.newKeySet();

  private ZipReader(SourceFile file, Map<String, ZipEntryRecord> entries) {
    this.file = file;
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    // torch.serialization.set_crc32_options(False) leaves 0 for every entry, empty or not.
    this.hasChecksums = entries.values().stream().anyMatch(e -> e.crc() != 0);
  }

  /** Takes over {@code file}, and closes it where it is no zip file that can be trusted. */
  public static ZipReader open(SourceFile file) throws IOException {
    try {
      return new ZipReader(file, new ZipDirectory(file).entries());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  public Path path() {
    return file.path();
  }

  /** By name, in the order of the directory. */
  public Map<String, ZipEntryRecord> entries() {
    return entries;
  }

  /** Whether the archive has any checksum; some are written without to save time. */
  public boolean hasChecksums() {
    return hasChecksums;
  }

  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /** Fills what remains of {@code target} from an entry that is stored as it is. */
  public void read(String name, long offset, ByteBuffer target) throws IOException {
    ZipEntryRecord entry = storedEntry(name);
    if (offset < 0 || target.remaining() > entry.size() - offset) {
      throw new IllegalArgumentException(
          target.remaining() + " bytes at " + offset + " of \"" + name + "\" of " + entry.size());
    }
    boolean isWhole = target.remaining() == entry.size();
    if (!isWhole) {
      verify(entry);
    }
    ByteBuffer filled = target.duplicate();
    file.read(entry.offset() + offset, target);
    if (isWhole) {
      CRC32 crc = new CRC32();
      crc.update(filled);
      check(entry, crc);
    }
  }

  /** The whole of an entry, stored or deflated, of at most {@code most} bytes. */
  public byte[] bytes(String name, int most) throws IOException {
    ZipEntryRecord entry = entry(name);
    if (entry.size() > most) {
      throw new UnsupportedFile(
          file.at(entry.offset())
              + "\"%s\" has %d bytes; more than %d are not read"
                  .formatted(name, entry.size(), most));
    }
    if (!entry.isDeflated()) {
      byte[] bytes = new byte[(int) entry.size()];
      read(name, 0, ByteBuffer.wrap(bytes));
      return bytes;
    }
    byte[] bytes = inflate(entry);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    check(entry, crc);
    return bytes;
  }

  /** The directory has checked that the size is one that so many deflated bytes can have. */
  private byte[] inflate(ZipEntryRecord entry) throws IOException {
    byte[] stored = file.read(entry.offset(), entry.storedSize()).array();
    byte[] bytes = new byte[(int) entry.size()];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(stored);
      int at = 0;
      while (at < bytes.length) {
        int count = inflater.inflate(bytes, at, bytes.length - at);
        if (count == 0) {
          throw file.damaged(
              entry.offset(),
              "\"%s\" unpacks to %d bytes, expected %d".formatted(entry.name(), at, bytes.length));
        }
        at += count;
      }
      return bytes;
    } catch (DataFormatException e) {
      throw new DamagedFile(
          file.at(entry.offset()) + "\"" + entry.name() + "\" does not unpack: " + e.getMessage(),
          e);
    } finally {
      inflater.end();
    }
  }

  /** Compares a stored entry with its checksum; false where the archive has none. */
  public boolean verify(String name) throws IOException {
    verify(storedEntry(name));
    return hasChecksums;
  }

  private void verify(ZipEntryRecord entry) throws IOException {
    if (verified.contains(entry.name())) {
      return;
    }
    CRC32 crc = new CRC32();
    ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, entry.size()));
    for (long at = 0; at < entry.size(); at += block.limit()) {
      block.clear().limit((int) Math.min(BLOCK_BYTES, entry.size() - at));
      file.read(entry.offset() + at, block);
      crc.update(block.flip());
    }
    check(entry, crc);
  }

  private void check(ZipEntryRecord entry, CRC32 crc) {
    if (hasChecksums && (int) crc.getValue() != entry.crc()) {
      throw file.damaged(
          entry.offset(),
          "\""
              + entry.name()
              + "\": "
              + MaskedCrc.mismatch("entry", (int) crc.getValue(), entry.crc()));
    }
    verified.add(entry.name());
  }

  private ZipEntryRecord storedEntry(String name) {
    ZipEntryRecord entry = entry(name);
    if (entry.isDeflated()) {
      throw new UnsupportedFile(
          file.at(entry.offset())
              + "\"%s\" is compressed, which torch.save never does; unpack the archive and pack it again without compression"
                  .formatted(name));
    }
    return entry;
  }

  private ZipEntryRecord entry(String name) {
    ZipEntryRecord entry = entries.get(name);
    if (entry == null) {
      throw new DamagedFile(file.name() + ": the archive has no entry \"" + name + "\"");
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

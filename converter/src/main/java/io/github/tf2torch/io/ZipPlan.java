package io.github.tf2torch.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32;

/**
 * The places of everything in a zip file as PyTorch writes it, known before the large entries have
 * any bytes: those are written by others, in any order, and their checksums said in the end.
 */
public final class ZipPlan {
  private final List<Planned> planned = new ArrayList<>();
  private long end;

  /** An entry without content is written by others. */
  private record Planned(ZipRecords.Entry entry, Optional<ByteBuffer> content) {}

  /** Bytes of the file from {@code offset} on. */
  public record Part(long offset, ByteBuffer bytes) {}

  /** Adds an entry that is there already. */
  public void add(String name, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    add(name, content.length, (int) crc.getValue(), Optional.of(ByteBuffer.wrap(content.clone())));
  }

  /** Adds an entry that others write; answers where. */
  public long add(String name, long size) {
    return add(name, size, 0, Optional.empty());
  }

  private long add(String name, long size, int crc, Optional<ByteBuffer> content) {
    byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
    ZipRecords.Entry entry = new ZipRecords.Entry(encoded, end, size, crc);
    planned.add(new Planned(entry, content));
    end = Math.addExact(entry.data(), size);
    return entry.data();
  }

  /**
   * All that others don't write.
   *
   * @param crc of the n-th entry that they do, counted from 0
   */
  public List<Part> parts(IntUnaryOperator crc) {
    List<Part> parts = new ArrayList<>();
    List<ZipRecords.Entry> entries = new ArrayList<>();
    int others = 0;
    for (Planned p : planned) {
      ZipRecords.Entry entry =
          p.content().isPresent() ? p.entry() : p.entry().withCrc(crc.applyAsInt(others++));
      entries.add(entry);
      parts.add(new Part(entry.offset(), ZipRecords.localHeader(entry)));
      p.content().ifPresent(c -> parts.add(new Part(entry.data(), c.duplicate())));
    }
    parts.add(new Part(end, ZipRecords.directory(entries, end)));
    return parts;
  }
}

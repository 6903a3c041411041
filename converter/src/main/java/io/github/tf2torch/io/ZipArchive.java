package io.github.tf2torch.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A zip file as PyTorch writes it: entries stored, their bytes at multiples of 64, so that {@code
 * torch.load(mmap=True)} can map them. Sizes over 4 GiB take zip64 records. The same entries give
 * the same bytes.
 *
 * <p>Format: PKWARE's APPNOTE 6.3; the padding is an extra field of id {@code FB}, as in {@code
 * caffe2/serialize/inline_container.cc}.
 */
public final class ZipArchive implements Closeable {
  private static final int ALIGNMENT = 64;
  private static final long LIMIT_32 = 0xFFFF_FFFFL;
  private static final int LOCAL_HEADER = 30;

  private final FileChannel channel;
  private final List<Entry> entries = new ArrayList<>();
  private long position;

  private record Entry(byte[] name, long offset, long size, int crc) {}

  /** Takes the bytes of an entry, in order. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Sink sink) throws IOException;
  }

  /** Where an entry's bytes go. */
  @FunctionalInterface
  public interface Sink {
    void write(ByteBuffer bytes) throws IOException;
  }

  private ZipArchive(FileChannel channel) {
    this.channel = channel;
  }

  /** Starts an archive in a file that must not be there yet. */
  public static ZipArchive create(Path file) throws IOException {
    return new ZipArchive(
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** Adds an entry that is in memory. */
  public void entry(String name, byte[] content) throws IOException {
    entry(name, content.length, sink -> sink.write(ByteBuffer.wrap(content)));
  }

  /** Adds an entry of {@code size} bytes, which {@code content} writes. */
  public void entry(String name, long size, Content content) throws IOException {
    byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
    long start = position;
    long data = start + writeLocalHeader(encoded, size, 0, start);
    position = data;
    CRC32 crc = new CRC32();
    content.writeTo(
        bytes -> {
          crc.update(bytes.duplicate());
          writeFully(bytes);
        });
    if (position - data != size) {
      throw new IllegalStateException(
          name + ": " + (position - data) + " bytes were written, " + size + " announced");
    }
    long end = position;
    position = start;
    writeLocalHeader(encoded, size, (int) crc.getValue(), start);
    position = end;
    entries.add(new Entry(encoded, start, size, (int) crc.getValue()));
  }

  /** Writes the header at the position; answers its length, padding included. */
  private long writeLocalHeader(byte[] name, long size, int crc, long offset) throws IOException {
    boolean large = size >= LIMIT_32;
    int zip64 = large ? 20 : 0;
    int unpadded = LOCAL_HEADER + name.length + zip64 + 4;
    int padding = (int) ((ALIGNMENT - (offset + unpadded) % ALIGNMENT) % ALIGNMENT);
    ByteBuffer header = buffer(unpadded + padding);
    header.putInt(0x04034b50).putShort((short) (large ? 45 : 20)).putShort((short) 0x0800);
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0x0021).putInt(crc);
    int shown = large ? -1 : (int) size;
    header.putInt(shown).putInt(shown);
    header.putShort((short) name.length).putShort((short) (zip64 + 4 + padding)).put(name);
    if (large) {
      header.putShort((short) 1).putShort((short) 16).putLong(size).putLong(size);
    }
    header.put((byte) 'F').put((byte) 'B').putShort((short) padding);
    while (header.hasRemaining()) {
      header.put((byte) 'Z');
    }
    writeFully(header.flip());
    return (long) unpadded + padding;
  }

  /** Writes the directory. An archive that is not closed is not one. */
  @Override
  public void close() throws IOException {
    try (channel) {
      long directory = position;
      for (Entry entry : entries) {
        writeFully(centralHeader(entry));
      }
      writeFully(endOfDirectory(directory, position - directory));
    }
  }

  private static ByteBuffer centralHeader(Entry entry) {
    boolean large = entry.size >= LIMIT_32;
    boolean far = entry.offset >= LIMIT_32;
    int extra = (large ? 16 : 0) + (far ? 8 : 0);
    ByteBuffer header = buffer(46 + entry.name.length + (extra > 0 ? 4 + extra : 0));
    short version = (short) (extra > 0 ? 45 : 20);
    header.putInt(0x02014b50).putShort(version).putShort(version).putShort((short) 0x0800);
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0x0021).putInt(entry.crc);
    int shown = large ? -1 : (int) entry.size;
    header.putInt(shown).putInt(shown).putShort((short) entry.name.length);
    header.putShort((short) (extra > 0 ? 4 + extra : 0)).putShort((short) 0).putShort((short) 0);
    header.putShort((short) 0).putInt(0).putInt(far ? -1 : (int) entry.offset).put(entry.name);
    if (extra > 0) {
      header.putShort((short) 1).putShort((short) extra);
      if (large) {
        header.putLong(entry.size).putLong(entry.size);
      }
      if (far) {
        header.putLong(entry.offset);
      }
    }
    return header.flip();
  }

  private ByteBuffer endOfDirectory(long offset, long size) {
    int count = entries.size();
    boolean zip64 = offset >= LIMIT_32 || size >= LIMIT_32 || count >= 0xFFFF;
    ByteBuffer end = buffer(zip64 ? 56 + 20 + 22 : 22);
    if (zip64) {
      end.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
      end.putInt(0).putInt(0).putLong(count).putLong(count).putLong(size).putLong(offset);
      end.putInt(0x07064b50).putInt(0).putLong(offset + size).putInt(1);
    }
    short shown = (short) (zip64 ? -1 : count);
    end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0).putShort(shown).putShort(shown);
    end.putInt(zip64 ? -1 : (int) size).putInt(zip64 ? -1 : (int) offset).putShort((short) 0);
    return end.flip();
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}

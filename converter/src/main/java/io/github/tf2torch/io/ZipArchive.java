package io.github.tf2torch.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A zip file as PyTorch writes it, entry after entry: stored, their bytes at multiples of 64, so
 * that {@code torch.load(mmap=True)} can map them. The same entries give the same bytes.
 */
public final class ZipArchive implements Closeable {
  private final FileChannel channel;
  private final List<ZipRecords.Entry> entries = new ArrayList<>();
  private long position;

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
    CRC32 crc = new CRC32();
    crc.update(content);
    byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
    ZipRecords.Entry entry =
        new ZipRecords.Entry(encoded, position, content.length, (int) crc.getValue());
    write(ZipRecords.localHeader(entry));
    write(ByteBuffer.wrap(content));
    entries.add(entry);
  }

  /** Writes the directory. An archive that is not closed is not one. */
  @Override
  public void close() throws IOException {
    try (channel) {
      write(ZipRecords.directory(entries, position));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }
}

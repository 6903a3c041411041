package io.github.tf2torch.io;

import io.github.tf2torch.problem.DamagedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is read by position, by several threads if need be. A range that is not inside the
 * file is damage and is refused before anything is allocated for it.
 */
public final class SourceFile implements Closeable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final long size;

  private SourceFile(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  /**
   * Opens a file, which has to be there.
   *
   * @param advice what to do if the file is not there; ends the message
   */
  public static SourceFile open(Path path, String advice) throws IOException {
    if (!Files.isRegularFile(path)) {
      String found = Files.exists(path) ? "is not a regular file" : "no such file";
      throw new DamagedFile(path + ": " + found + "; " + advice);
    }
    if (!Files.isReadable(path)) {
      throw new DamagedFile(path + ": may not be read; check its permissions");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new SourceFile(path, channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /** The file's own name, for messages. */
  public String name() {
    return String.valueOf(path.getFileName());
  }

  public long size() {
    return size;
  }

  /** Fills what remains of {@code target}. */
  public void read(long offset, ByteBuffer target) throws IOException {
    check(offset, target.remaining());
    long at = offset;
    int end = target.limit();
    while (target.position() < end) {
      int count = readChunk(at, target);
      if (count < 0) {
        throw damaged(
            at, "the file ends here and had " + size + " bytes when it was opened; is it written?");
      }
      at += count;
    }
  }

  /** The JDK keeps a second buffer as long as the longest read into the heap, one a thread. */
  private int readChunk(long at, ByteBuffer target) throws IOException {
    if (target.remaining() <= CHUNK_BYTES) {
      return channel.read(target, at);
    }
    int end = target.limit();
    try {
      return channel.read(target.limit(target.position() + CHUNK_BYTES), at);
    } finally {
      target.limit(end);
    }
  }

  /** The bytes of a range, as a little-endian buffer from 0 to its limit. */
  public ByteBuffer read(long offset, long length) throws IOException {
    check(offset, length);
    if (length > Integer.MAX_VALUE - 8) {
      throw damaged(offset, length + " bytes are too many for one item");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    read(offset, bytes);
    return bytes.flip();
  }

  private void check(long offset, long length) {
    if (offset < 0 || length < 0 || length > size - offset) {
      throw damaged(
          offset,
          Long.toUnsignedString(length)
              + " bytes are expected here, but the file has "
              + size
              + " in all; it is damaged or truncated");
    }
  }

  /** A problem at a place of this file: {@code weights.index @ 0x1f4: ...}. */
  public DamagedFile damaged(long offset, String what) {
    return new DamagedFile(at(offset) + what);
  }

  /** How messages name a place: {@code weights.index @ 0x1f4: }. */
  public String at(long offset) {
    return name() + " @ 0x" + Long.toHexString(offset) + ": ";
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

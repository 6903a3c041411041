package io.github.tf2torch.write.pass;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** A file that is written by position, by several threads. */
final class OutputFile implements Closeable {
  private final Path file;
  private final FileChannel channel;

  /**
   * Linux lets one thread at a time write to a file, and has the others spin: as long as a gigabyte
   * waits for fresh memory, that is a core. Here they sleep.
   */
  private final ReentrantLock turn = new ReentrantLock();

  private OutputFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static OutputFile create(Path file) throws IOException {
    return new OutputFile(
        file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** Writes all that remains of {@code bytes}, and leaves its position as it is. */
  void write(long offset, ByteBuffer bytes) throws IOException {
    ByteBuffer rest = bytes.duplicate();
    long at = offset;
    turn.lock();
    try {
      while (rest.hasRemaining()) {
        at += channel.write(rest, at);
      }
    } catch (IOException e) {
      throw failed(e);
    } finally {
      turn.unlock();
    }
  }

  private IOException failed(IOException cause) {
    return new IOException(file + ": could not be written: " + cause.getMessage(), cause);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}

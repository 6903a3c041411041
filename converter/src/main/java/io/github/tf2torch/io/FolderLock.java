package io.github.tf2torch.io;

import io.github.tf2torch.problem.BadRequest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a folder: an empty file that the system keeps locked as long as its process
 * lives, so that whoever gets the lock knows that what lies around is abandoned.
 */
final class FolderLock implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final boolean isHeld;

  private FolderLock(Path file, FileChannel channel, boolean isHeld) {
    this.file = file;
    this.channel = channel;
    this.isHeld = isHeld;
  }

  /**
   * Takes the lock.
   *
   * @param shown the folder as the user named it
   * @throws BadRequest where another run has it
   */
  static FolderLock take(Path file, Path shown) throws IOException {
    while (true) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      Optional<FolderLock> lock = Optional.empty();
      try {
        lock = lock(file, channel, shown);
      } finally {
        if (lock.isEmpty()) {
          channel.close();
        }
      }
      if (lock.isPresent()) {
        return lock.get();
      }
    }
  }

  /** Empty where the file was deleted by the one who had it, between its opening and its lock. */
  private static Optional<FolderLock> lock(Path file, FileChannel channel, Path shown)
      throws IOException {
    Object opened = key(file);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      throw inUse(shown);
    } catch (IOException e) {
      // Some network file systems lock nothing. Names of their own still keep two runs apart.
      return Optional.of(new FolderLock(file, channel, false));
    }
    if (lock == null) {
      throw inUse(shown);
    }
    Object locked = key(file);
    boolean isSame = locked != null && locked.equals(opened);
    return isSame ? Optional.of(new FolderLock(file, channel, true)) : Optional.empty();
  }

  private static BadRequest inUse(Path shown) {
    return new BadRequest(
        shown + ": another run is writing it; wait for it, or name another folder with -o");
  }

  /** What tells the file from another of its name; null where it is gone. */
  private static @Nullable Object key(Path file) throws IOException {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? file : key;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Whether the system keeps the lock; without, nothing is known of others. */
  boolean isHeld() {
    return isHeld;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(file);
    }
  }
}

package io.github.tf2torch.io;

import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that a conversion writes: it appears whole or not at all.
 *
 * <p>Files are written into a neighbour, {@code .NAME.new}, which is renamed into place by {@link
 * #commit()}. A folder that is replaced waits as {@code .NAME.old} until its successor is in place.
 * Whoever meets the remains of a killed run puts them right first: a target that is gone while its
 * {@code .old} is there is restored, everything else is deleted.
 */
public final class OutputFolder implements AutoCloseable {
  /** The file by which a folder of ours is known. */
  public static final String MARK = "conversion.json";

  private final Path target;
  private final Path staging;
  private final Path old;
  private final List<String> messages;

  private OutputFolder(Path target, Path staging, Path old, List<String> messages) {
    this.target = target;
    this.staging = staging;
    this.old = old;
    this.messages = List.copyOf(messages);
  }

  /**
   * Takes {@code folder} for output. Absent or empty it is free; one that holds {@link #MARK} is
   * replaced if {@code overwrite}.
   *
   * @throws BadRequest where the folder is in use; nothing is touched then
   */
  public static OutputFolder prepare(Path folder, boolean overwrite) throws IOException {
    Path target = folder.toAbsolutePath().normalize();
    Path name = target.getFileName();
    Path parent = target.getParent();
    if (name == null || parent == null) {
      throw new BadRequest(folder + ": not a folder to write; name one with -o");
    }
    Path staging = parent.resolve("." + name + ".new");
    Path old = parent.resolve("." + name + ".old");
    List<String> messages = new ArrayList<>();
    if (Files.exists(old)) {
      if (Files.exists(target)) {
        delete(old);
        messages.add(folder + ": finished replacing it, which an earlier run was killed at");
      } else {
        Files.move(old, target);
        messages.add(folder + ": restored, since an earlier run was killed while replacing it");
      }
    }
    refuseWhatIsInUse(folder, target, overwrite);
    Files.createDirectories(parent);
    if (Files.exists(staging)) {
      delete(staging);
      messages.add(folder + ": removed what an earlier run left unfinished");
    }
    Files.createDirectory(staging);
    return new OutputFolder(target, staging, old, messages);
  }

  private static void refuseWhatIsInUse(Path shown, Path target, boolean overwrite)
      throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new BadRequest(shown + ": is a file; name a folder with -o");
    }
    if (isEmpty(target)) {
      return;
    }
    if (!Files.exists(target.resolve(MARK))) {
      throw new BadRequest(
          shown
              + ": the folder is not empty and holds no "
              + MARK
              + ", so it is not replaced; name another with -o");
    }
    if (!overwrite) {
      throw new BadRequest(
          shown + ": holds a conversion already; name another folder or add --overwrite");
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Where to write the files. */
  public Path staging() {
    return staging;
  }

  /** What was put right after an earlier run; empty as a rule. */
  public List<String> messages() {
    return messages;
  }

  /** Puts what was written into place. */
  public void commit() throws IOException {
    if (!Files.exists(target)) {
      move(staging, target);
    } else if (isEmpty(target)) {
      try {
        Files.delete(target);
        move(staging, target);
      } catch (IOException e) {
        // a mount point can't be replaced: it is filled, the mark last
        fillInside();
      }
    } else {
      move(target, old);
      try {
        move(staging, target);
      } catch (IOException e) {
        move(old, target);
        throw e;
      }
      delete(old);
    }
  }

  private void fillInside() throws IOException {
    Files.createDirectories(target);
    List<Path> files;
    try (Stream<Path> entries = Files.list(staging)) {
      files = entries.filter(f -> !f.endsWith(MARK)).sorted().toList();
    }
    for (Path file : files) {
      Files.move(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    if (Files.exists(staging.resolve(MARK))) {
      Files.move(staging.resolve(MARK), target.resolve(MARK), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  /** Discards what was not committed. */
  @Override
  public void close() {
    try {
      if (Files.exists(staging)) {
        delete(staging);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path done, @org.jspecify.annotations.Nullable IOException error) throws IOException {
            if (error != null) {
              throw error;
            }
            Files.delete(done);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

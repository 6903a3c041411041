package io.github.tf2torch.io;

import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The folder that a conversion writes: it appears whole or not at all.
 *
 * <p>Files are written into a folder of the run's own, beside the target or, where that can't be
 * renamed, inside it; {@link #commit()} puts them into place. One run at a time may write a folder.
 * Whoever gets it next after a run was killed puts right what that one left.
 */
public final class OutputFolder implements AutoCloseable {
  /** The file by which a folder of ours is known. */
  public static final String MARK = "conversion.json";

  private static final String STAGING = "new-";

  /** As Linux counts them. */
  private static final int MOST_LINKS = 40;

  private final Placing placing;
  private final FolderLock lock;
  private final Path staging;
  private final List<Path> parents;
  private final List<String> messages;
  private final Thread onExit = new Thread(this::closeOnExit, "output folder");
  private boolean isDone;

  private OutputFolder(
      Placing placing, FolderLock lock, Path staging, List<Path> parents, List<String> messages) {
    this.placing = placing;
    this.lock = lock;
    this.staging = staging;
    this.parents = List.copyOf(parents);
    this.messages = List.copyOf(messages);
  }

  /**
   * Takes {@code folder} for output. Absent or empty it is free; one that holds {@link #MARK} is
   * replaced if {@code overwrite}.
   *
   * @throws BadRequest where the folder is in use; nothing is touched then
   */
  public static OutputFolder prepare(Path folder, boolean overwrite) throws IOException {
    Path target = behindLinks(folder);
    Path name = target.getFileName();
    Path parent = target.getParent();
    if (name == null || parent == null) {
      throw new BadRequest(folder + ": not a folder to write; name one with -o");
    }
    Placing placing =
        isFixed(target, parent)
            ? PlacingInside.folder(folder, target)
            : new PlacingBeside(folder, target, parent, "." + name + ".");
    return prepare(
        folder, parent, placing, () -> refuseWhatIsInUse(folder, target, placing, overwrite));
  }

  /**
   * Takes names in a folder that may hold anything else, for {@link #commit()} to move files there.
   *
   * @param prefix what {@code files} have in common
   * @param files their names; without the last, the others are incomplete
   * @throws BadRequest where one of them is there
   */
  public static OutputFolder prepareFiles(Path prefix, List<String> files) throws IOException {
    Path target = prefix.toAbsolutePath().normalize();
    Path home = Objects.requireNonNull(target.getParent());
    Path mark = home.resolve(files.get(files.size() - 1));
    return prepare(
        prefix,
        home,
        new PlacingInside(prefix, home, "." + target.getFileName() + ".", mark, false),
        () -> {
          for (String file : files) {
            if (Files.exists(home.resolve(file))) {
              throw new BadRequest(home.resolve(file) + ": is there already; name another with -o");
            }
          }
        });
  }

  private static OutputFolder prepare(Path shown, Path parent, Placing placing, Refusal refusal)
      throws IOException {
    List<Path> parents = createParents(parent);
    try {
      FolderLock lock = FolderLock.take(ours(placing, "lock"), shown);
      try {
        List<String> messages = new ArrayList<>(placing.recover());
        if (lock.isHeld() && removeAbandoned(placing)) {
          messages.add(shown + ": removed what an earlier run left unfinished");
        }
        refusal.check();
        OutputFolder output =
            new OutputFolder(placing, lock, createStaging(placing), parents, messages);
        Runtime.getRuntime().addShutdownHook(output.onExit);
        return output;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      removeParents(parents);
      throw e;
    }
  }

  /**
   * Puts a folder back that a run was killed at replacing, for one that reads it; says so. Another
   * run that is at it is left alone.
   */
  public static List<String> restore(Path folder) throws IOException {
    Path target = behindLinks(folder);
    Path name = target.getFileName();
    Path parent = target.getParent();
    if (name == null || parent == null || Files.exists(target)) {
      return List.of();
    }
    PlacingBeside placing = new PlacingBeside(folder, target, parent, "." + name + ".");
    if (!placing.isInterrupted()) {
      return List.of();
    }
    try (FolderLock lock = FolderLock.take(ours(placing, "lock"), folder)) {
      return lock.isHeld() ? placing.recover() : List.of();
    }
  }

  /** Says what is in the way, if anything is. */
  private interface Refusal {
    void check() throws IOException;
  }

  /** A link stays, and where it leads there is the folder, now or later. */
  private static Path behindLinks(Path folder) throws IOException {
    Path target = folder.toAbsolutePath().normalize();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new BadRequest(folder + ": is a link that leads to itself; name another with -o");
      }
      target = target.resolveSibling(Files.readSymbolicLink(target)).normalize();
    }
    return target;
  }

  /** Answers those that it made, the innermost first. */
  private static List<Path> createParents(Path parent) throws IOException {
    List<Path> made = new ArrayList<>();
    for (Path p = parent; p != null && !Files.exists(p); p = p.getParent()) {
      made.add(p);
    }
    Path last = made.isEmpty() ? parent : made.get(made.size() - 1).getParent();
    if (last != null && Files.isRegularFile(last)) {
      throw new BadRequest(
          last + ": is a file, in which there can be no folder; name another with -o");
    }
    Files.createDirectories(parent);
    return made;
  }

  private static void removeParents(List<Path> made) throws IOException {
    for (Path parent : made) {
      if (!FileTree.list(parent).isEmpty()) {
        return;
      }
      Files.deleteIfExists(parent);
    }
  }

  /** Whether a folder can't be renamed: a mount point, or one in a folder that may not change. */
  private static boolean isFixed(Path target, Path parent) throws IOException {
    return Files.isDirectory(target)
        && (!Files.isWritable(parent)
            || !Files.getFileStore(target).equals(Files.getFileStore(parent)));
  }

  private static Path ours(Placing placing, String name) {
    return placing.home().resolve(placing.prefix() + name);
  }

  private static boolean removeAbandoned(Placing placing) throws IOException {
    boolean found = false;
    for (Path entry : FileTree.list(placing.home())) {
      String name = String.valueOf(entry.getFileName());
      if (name.startsWith(placing.prefix())
          && name.substring(placing.prefix().length()).matches(STAGING + "[0-9a-f]+-[0-9a-f]+")) {
        FileTree.delete(entry);
        found = true;
      }
    }
    return found;
  }

  /** Its name is no other run's, on a file system without locks either. */
  private static Path createStaging(Placing placing) throws IOException {
    long pid = ProcessHandle.current().pid();
    while (true) {
      try {
        String name = STAGING + Long.toHexString(pid) + "-" + Long.toHexString(System.nanoTime());
        return Files.createDirectory(ours(placing, name));
      } catch (FileAlreadyExistsException e) {
        continue;
      }
    }
  }

  private static void refuseWhatIsInUse(Path shown, Path target, Placing placing, boolean overwrite)
      throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new BadRequest(shown + ": is a file; name a folder with -o");
    }
    if (placing.entries(target).isEmpty()) {
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

  /** Where to write the files. */
  public Path staging() {
    return staging;
  }

  /** What was put right after an earlier run; empty as a rule. */
  public List<String> messages() {
    return messages;
  }

  /** Puts what was written into place. */
  public synchronized void commit() throws IOException {
    if (isDone) {
      throw new IOException("the run was interrupted");
    }
    placing.place(staging);
  }

  /** Discards what was not committed. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // the JVM is going down, and the hook does the rest
    }
    discard();
  }

  private void closeOnExit() {
    try {
      discard();
    } catch (UncheckedIOException e) {
      // a file was begun meanwhile: the next run clears up
    }
  }

  /** Waits for a commit that is on its way: half a folder must not be put into place. */
  private synchronized void discard() {
    if (isDone) {
      return;
    }
    isDone = true;
    try (lock) {
      if (Files.exists(staging)) {
        FileTree.delete(staging);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      removeParents(parents);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.github.tf2torch.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * By renaming: the new folder is a neighbour of its place, {@code .NAME.new-…}. A folder that is
 * replaced waits as {@code .NAME.old} until its successor is in place.
 */
record PlacingBeside(Path shown, Path target, Path home, String prefix) implements Placing {
  private Path old() {
    return home.resolve(prefix + "old");
  }

  /** Whether a folder waits for its successor, whose run was killed. */
  boolean isInterrupted() {
    return Files.exists(old());
  }

  @Override
  public List<String> recover() throws IOException {
    List<String> messages = new ArrayList<>();
    if (isInterrupted()) {
      if (Files.exists(target.resolve(OutputFolder.MARK))) {
        FileTree.delete(old());
        messages.add(shown + ": finished replacing it, which an earlier run was killed at");
      } else if (!Files.exists(target)) {
        FileTree.move(old(), target);
        messages.add(shown + ": restored, since an earlier run was killed while replacing it");
      }
    }
    return messages;
  }

  @Override
  public void place(Path staging) throws IOException {
    if (!Files.exists(target)) {
      FileTree.move(staging, target);
    } else if (FileTree.list(target).isEmpty()) {
      Files.delete(target);
      FileTree.move(staging, target);
    } else {
      FileTree.move(target, old());
      try {
        FileTree.move(staging, target);
      } catch (IOException e) {
        FileTree.move(old(), target);
        throw e;
      }
      FileTree.delete(old());
    }
  }
}

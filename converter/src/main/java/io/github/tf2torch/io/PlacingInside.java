package io.github.tf2torch.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * For a folder that can't be renamed, such as a mount point: its files are moved in one by one,
 * {@link OutputFolder#MARK} last, so that a folder without it is incomplete. A journal names them,
 * for whoever has to clear up.
 */
record PlacingInside(Path shown, Path target) implements Placing {
  @Override
  public Path home() {
    return target;
  }

  @Override
  public String prefix() {
    return ".tf2torch.";
  }

  private Path journal() {
    return target.resolve(prefix() + "journal");
  }

  private Path mark() {
    return target.resolve(OutputFolder.MARK);
  }

  @Override
  public List<String> recover() throws IOException {
    List<String> messages = new ArrayList<>();
    if (Files.exists(journal())) {
      if (!Files.exists(mark())) {
        for (String name : Files.readAllLines(journal())) {
          deleteEntry(name);
        }
        messages.add(shown + ": emptied, since an earlier run was killed while filling it");
      }
      Files.delete(journal());
    }
    return messages;
  }

  /** The journal is a file in a folder of others: nothing that is not directly in it is touched. */
  private void deleteEntry(String name) throws IOException {
    Path entry = target.resolve(name).normalize();
    if (target.equals(entry.getParent()) && Files.exists(entry)) {
      FileTree.delete(entry);
    }
  }

  @Override
  public void place(Path staging) throws IOException {
    List<Path> replaced = entries(target);
    List<Path> files = FileTree.list(staging);
    List<String> names = new ArrayList<>();
    replaced.forEach(f -> names.add(String.valueOf(f.getFileName())));
    files.forEach(f -> names.add(String.valueOf(f.getFileName())));
    Path draft = staging.resolve(prefix() + "journal");
    Files.write(draft, names, StandardCharsets.UTF_8);
    FileTree.move(draft, journal());
    Files.deleteIfExists(mark());
    for (Path file : replaced) {
      if (!file.equals(mark())) {
        FileTree.delete(file);
      }
    }
    Path newMark = staging.resolve(OutputFolder.MARK);
    for (Path file : files) {
      if (!file.equals(newMark)) {
        FileTree.move(file, target.resolve(file.getFileName()));
      }
    }
    if (Files.exists(newMark)) {
      FileTree.move(newMark, mark());
    }
    Files.delete(journal());
  }
}

package io.github.tf2torch.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * For a folder that can't be renamed, such as a mount point, and for files in a folder of others:
 * they are moved in one by one, the mark last, so that without it they are incomplete. A journal
 * names them, for whoever has to clear up.
 *
 * @param mark the file that comes last
 * @param isWhole whether all of the folder is replaced
 */
record PlacingInside(Path shown, Path target, String prefix, Path mark, boolean isWhole)
    implements Placing {
  /** A folder that is replaced, but stays where it is. */
  static PlacingInside folder(Path shown, Path target) {
    return new PlacingInside(shown, target, ".tf2torch.", target.resolve(OutputFolder.MARK), true);
  }

  @Override
  public Path home() {
    return target;
  }

  private Path journal() {
    return target.resolve(prefix() + "journal");
  }

  @Override
  public List<String> recover() throws IOException {
    List<String> messages = new ArrayList<>();
    if (Files.exists(journal())) {
      if (!Files.exists(mark)) {
        for (String name : Files.readAllLines(journal())) {
          deleteEntry(name);
        }
        messages.add(
            isWhole
                ? shown + ": emptied, since an earlier run was killed while filling it"
                : shown + ": removed, since an earlier run was killed while writing it");
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
    List<Path> replaced = isWhole ? entries(target) : List.of();
    List<Path> files = FileTree.list(staging);
    List<String> names = new ArrayList<>();
    replaced.forEach(f -> names.add(String.valueOf(f.getFileName())));
    files.forEach(f -> names.add(String.valueOf(f.getFileName())));
    Path draft = staging.resolve(prefix() + "journal");
    Files.write(draft, names, StandardCharsets.UTF_8);
    FileTree.move(draft, journal());
    Files.deleteIfExists(mark);
    for (Path file : replaced) {
      if (!file.equals(mark)) {
        FileTree.delete(file);
      }
    }
    Path newMark = staging.resolve(mark.getFileName());
    for (Path file : files) {
      if (!file.equals(newMark)) {
        FileTree.move(file, target.resolve(file.getFileName()));
      }
    }
    if (Files.exists(newMark)) {
      FileTree.move(newMark, mark);
    }
    Files.delete(journal());
  }
}

package io.github.tf2torch.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How a finished folder comes into its place, and how an attempt that was killed is put right. */
interface Placing {
  /** Where locks and unfinished folders lie. */
  Path home();

  /** What the names of all that is ours in {@link #home()} begin with. */
  String prefix();

  /** Finishes or undoes a placing that was killed; answers what it did. */
  List<String> recover() throws IOException;

  /** Puts what is in {@code staging} into place. */
  void place(Path staging) throws IOException;

  /** Entries of a folder that are not ours. */
  default List<Path> entries(Path folder) throws IOException {
    return FileTree.list(folder).stream()
        .filter(
            e -> !home().equals(folder) || !String.valueOf(e.getFileName()).startsWith(prefix()))
        .toList();
  }
}

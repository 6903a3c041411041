package io.github.tf2torch.read.keras;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A configuration in a file of its own. */
final class JsonFile {
  private static final long MAX_BYTES = 1 << 28;

  private JsonFile() {}

  static Config read(Path path) throws IOException {
    try (SourceFile file = SourceFile.open(path, "it belongs here")) {
      if (file.size() > MAX_BYTES) {
        throw new UnsupportedFile(
            path + ": a configuration of " + file.size() + " bytes is not read");
      }
      byte[] bytes = file.read(0, file.size()).array();
      return JsonConfig.parse(new String(bytes, StandardCharsets.UTF_8), path.toString());
    }
  }

  /** The files that a map of weights names, beside it; a name that leads elsewhere is refused. */
  static List<Path> shards(Path path) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    if (read(path).get("weight_map").orElse(new Config.Absent()) instanceof Config.Fields map) {
      map.values().values().forEach(files -> addNames(files, names));
    }
    if (names.isEmpty()) {
      throw new DamagedFile(path + ": has no \"weight_map\", so it is no map of Keras's weights");
    }
    for (String name : names) {
      if (name.contains("/") || name.contains("\\") || name.equals("..") || name.isEmpty()) {
        throw new DamagedFile(
            path + ": names the file \"" + name + "\", which is not beside it; this is not read");
      }
    }
    return names.stream().map(path::resolveSibling).toList();
  }

  private static void addNames(Config files, Set<String> names) {
    files.text().ifPresent(names::add);
    if (files instanceof Config.Items items) {
      items.values().forEach(item -> item.text().ifPresent(names::add));
    }
  }
}

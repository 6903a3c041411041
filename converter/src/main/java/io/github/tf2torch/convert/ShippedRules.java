package io.github.tf2torch.convert;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.rules.mapping.RuleFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sets of rules that ship: every YAML file of the resource folder {@code rules}. */
public final class ShippedRules {
  private static final String FOLDER = "/rules";
  private static final String ENDING = ".yaml";
  private static final long LONGEST = 1 << 20;

  private ShippedRules() {}

  /** Every set, by name. */
  public static List<RuleFile> all() throws IOException {
    URL folder = ShippedRules.class.getResource(FOLDER);
    if (folder == null) {
      return List.of();
    }
    try {
      URI uri = folder.toURI();
      if (!uri.getScheme().equals("jar")) {
        return read(Path.of(uri));
      }
      String jar = uri.getRawSchemeSpecificPart();
      Path file = Path.of(URI.create(jar.substring(0, jar.indexOf('!'))));
      // one of its own: a file system by address would be shared with whoever has it open
      try (FileSystem inside = FileSystems.newFileSystem(file)) {
        return read(inside.getPath(FOLDER));
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(folder + " is no address", e);
    }
  }

  /** The set in a file, or the one that ships under this name. */
  public static RuleFile named(String nameOrFile) throws IOException {
    Path file = Path.of(nameOrFile);
    if (Files.isRegularFile(file)) {
      return parse(nameOrFile, file);
    }
    List<RuleFile> all = all();
    return all.stream()
        .filter(r -> r.name().equals(nameOrFile))
        .findFirst()
        .orElseThrow(
            () ->
                new BadRequest(
                    "--rules "
                        + nameOrFile
                        + ": there is no such file, and no such set; there are "
                        + all.stream().map(RuleFile::name).collect(Collectors.joining(", "))));
  }

  private static List<RuleFile> read(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(p -> p.toString().endsWith(ENDING)).sorted().toList();
    }
    List<RuleFile> sets = new ArrayList<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      sets.add(parse(name.substring(0, name.length() - ENDING.length()), file));
    }
    return sets;
  }

  private static RuleFile parse(String name, Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new BadRequest(file + ": is longer than any file of rules (1 MiB)");
    }
    return RuleFile.parse(name, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
  }
}

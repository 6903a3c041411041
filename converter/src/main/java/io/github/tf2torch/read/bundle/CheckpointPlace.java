package io.github.tf2torch.read.bundle;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The prefix of a checkpoint, found from whatever of it a user names: the prefix, the index, a data
 * file, or the folder.
 */
final class CheckpointPlace {
  private static final String INDEX = ".index";
  private static final Pattern DATA = Pattern.compile("(.+)\\.data-\\d{5}-of-\\d{5}");
  private static final Pattern STEP = Pattern.compile(".*-(\\d{1,18})");

  private CheckpointPlace() {}

  static boolean isIndex(Path path) {
    return Files.isRegularFile(withSuffix(path, INDEX));
  }

  /** The prefix that {@code path} names; empty where it names no V2 checkpoint. */
  static Optional<Path> prefix(Path path) {
    if (isIndex(path)) {
      return Optional.of(path);
    }
    String name = String.valueOf(path.getFileName());
    if (name.endsWith(INDEX) && Files.isRegularFile(path)) {
      return Optional.of(path.resolveSibling(name.substring(0, name.length() - INDEX.length())));
    }
    Matcher data = DATA.matcher(name);
    return data.matches() ? Optional.of(path.resolveSibling(data.group(1))) : Optional.empty();
  }

  /** Whether a folder has a state file or at least one index. */
  static boolean isFolder(Path path) throws IOException {
    return Files.isDirectory(path)
        && (CheckpointStateFile.in(path).isPresent() || !prefixesIn(path).isEmpty());
  }

  /**
   * The checkpoint of a folder: the one of the wanted step, or the latest.
   *
   * @return a prefix, or the path of a V1 file
   */
  static Path inFolder(Path folder, ReadOptions options) throws IOException {
    List<Path> found = new ArrayList<>();
    Optional<CheckpointStateFile> state = CheckpointStateFile.in(folder);
    state.ifPresent(s -> s.all().forEach(p -> found.add(beside(folder, p))));
    prefixesIn(folder).stream().filter(p -> !found.contains(p)).forEach(found::add);
    if (options.step().isPresent()) {
      return ofStep(folder, found, options.step().getAsLong());
    }
    if (state.isPresent()) {
      return latest(folder, beside(folder, state.get().latest()), found);
    }
    return found.stream()
        .max(Comparator.comparingLong(CheckpointPlace::stepOrNone).thenComparing(Path::toString))
        .orElseThrow(() -> new DamagedFile(folder + ": holds no checkpoint"));
  }

  private static Path latest(Path folder, Path named, List<Path> found) throws IOException {
    if (exists(named)) {
      return named;
    }
    throw new DamagedFile(
        "%s: names %s as the latest checkpoint, which is not there; there are: %s"
            .formatted(
                folder.resolve(CheckpointStateFile.NAME), named.getFileName(), there(found)));
  }

  private static boolean exists(Path prefix) throws IOException {
    return isIndex(prefix) || V1Files.of(prefix).isPresent();
  }

  private static List<Path> there(List<Path> found) throws IOException {
    List<Path> names = new ArrayList<>();
    for (Path prefix : found) {
      if (exists(prefix)) {
        names.add(prefix.getFileName());
      }
    }
    return names;
  }

  private static Path ofStep(Path folder, List<Path> found, long step) throws IOException {
    SortedMap<Long, Path> bySteps = new TreeMap<>();
    for (Path prefix : found) {
      if (exists(prefix)) {
        bySteps.putIfAbsent(stepOrNone(prefix), prefix);
      }
    }
    Path wanted = bySteps.get(step);
    if (wanted == null) {
      bySteps.remove(-1L);
      throw new BadRequest(
          folder
              + ": has no checkpoint of step "
              + step
              + "; it has steps "
              + new TreeSet<>(bySteps.keySet()));
    }
    return wanted;
  }

  private static long stepOrNone(Path prefix) {
    Matcher step = STEP.matcher(String.valueOf(prefix.getFileName()));
    return step.matches() ? Long.parseLong(step.group(1)) : -1;
  }

  /**
   * The paths in a state file may be absolute, of the machine that wrote it: the name is looked for
   * beside it.
   */
  private static Path beside(Path folder, String path) {
    String[] parts = path.split("[/\\\\]", -1);
    Path relative = folder.resolve(path).normalize();
    boolean isInside = relative.startsWith(folder.normalize()) && isIndex(relative);
    return isInside ? relative : folder.resolve(parts[parts.length - 1]);
  }

  private static List<Path> prefixesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(INDEX) && Files.isRegularFile(f))
          .map(f -> prefix(f).orElseThrow())
          .sorted()
          .toList();
    }
  }

  /** The file of one part: the prefix, then {@code stem} and {@code 00001-of-00005}. */
  static Path part(Path prefix, String stem, int index, int count) {
    return withSuffix(prefix, stem + fiveDigits(index) + "-of-" + fiveDigits(count));
  }

  /** Not by a format, which writes the digits of the user's locale: Arabic ones in Cairo. */
  private static String fiveDigits(int number) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, 5 - digits.length())) + digits;
  }

  static Path withSuffix(Path prefix, String suffix) {
    Path name = prefix.getFileName();
    return prefix.resolveSibling((name == null ? "" : name) + suffix);
  }
}

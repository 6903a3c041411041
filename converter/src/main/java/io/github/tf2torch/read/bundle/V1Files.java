package io.github.tf2torch.read.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of a V1 checkpoint: one table, or {@code NAME-00000-of-0000N} of them. */
final class V1Files {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final Pattern SHARD = Pattern.compile("(.+)-(\\d{5}|\\?{5})-of-(\\d{5})");

  private V1Files() {}

  /** All files of the checkpoint that {@code path} names; empty where there is none. */
  static Optional<List<Path>> of(Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    Matcher shard = SHARD.matcher(name);
    if (shard.matches()) {
      return shards(path.resolveSibling(shard.group(1)), Integer.parseInt(shard.group(3)));
    }
    if (name.endsWith(".index")) {
      return Optional.empty();
    }
    if (isTable(path)) {
      return Optional.of(List.of(path));
    }
    return ofPrefix(path, name);
  }

  private static Optional<List<Path>> ofPrefix(Path prefix, String name) throws IOException {
    Path parent = prefix.toAbsolutePath().getParent();
    if (Files.exists(prefix) || parent == null || !Files.isDirectory(parent)) {
      return Optional.empty();
    }
    Pattern first = Pattern.compile(Pattern.quote(name) + "-00000-of-(\\d{5})");
    try (java.util.stream.Stream<Path> files = Files.list(parent)) {
      Optional<Matcher> found =
          files
              .map(f -> first.matcher(String.valueOf(f.getFileName())))
              .filter(Matcher::matches)
              .findFirst();
      return found.isEmpty()
          ? Optional.empty()
          : shards(prefix, Integer.parseInt(found.get().group(1)));
    }
  }

  /** Named, whether they are there or not: a missing one is told when it is opened. */
  private static Optional<List<Path>> shards(Path prefix, int count) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(CheckpointPlace.part(prefix, "-", i, count));
    }
    return count > 0 && isTable(files.get(0)) ? Optional.of(files) : Optional.empty();
  }

  private static boolean isTable(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) < FOOTER_BYTES) {
      return false;
    }
    ByteBuffer end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.read(end, channel.size() - 8);
    }
    return !end.hasRemaining() && end.getLong(0) == MAGIC;
  }
}

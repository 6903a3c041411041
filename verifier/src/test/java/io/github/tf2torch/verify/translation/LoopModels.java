package io.github.tf2torch.verify.translation;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The models of {@code loops/make_loops.py}. */
record LoopModels(Path source, ReadOptions read) {
  static final Path FILES = Path.of("src/test/resources/loops");

  /** The model of a case, unpacked where it is packed. */
  static LoopModels of(String name, Path folder) throws IOException {
    return switch (name) {
      case "frames", "zero_state" ->
          new LoopModels(FILES.resolve(name + ".pb"), ReadOptions.defaults());
      case "trained" ->
          new LoopModels(unpacked("trained", folder).resolve("model.meta"), endingAt("state"));
      default -> new LoopModels(unpacked("keras", folder), signature(name));
    };
  }

  static LoopModels refusedSignature(String name, Path folder) throws IOException {
    return new LoopModels(unpacked("refused", folder), signature(name));
  }

  static LoopModels refusedFrame(String name) {
    return new LoopModels(FILES.resolve("refused.pb"), endingAt(name));
  }

  private static ReadOptions signature(String name) {
    return ReadOptions.defaults().withSignature(Optional.of(name));
  }

  private static ReadOptions endingAt(String node) {
    return new ReadOptions(
        Optional.empty(),
        Set.of(),
        OptionalLong.empty(),
        List.of(),
        List.of(new Endpoint(node, 0)));
  }

  private static Path unpacked(String archive, Path folder) throws IOException {
    Path target = folder.resolve(archive);
    if (Files.exists(target)) {
      return target;
    }
    try (ZipFile zip = new ZipFile(FILES.resolve(archive + ".zip").toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        Path file = target.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.write(file, zip.getInputStream(entry).readAllBytes());
      }
    }
    return target;
  }
}

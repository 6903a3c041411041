package io.github.tf2torch.read.torch;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.model.source.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** PyTorch's files of tensors, told by what is in them; a folder by the names it holds. */
public final class TorchFiles {
  /** In the order of choice, where a folder has more than one. */
  private static final List<String> IN_FOLDER =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "model.pt");

  private TorchFiles() {}

  /** Opens what lies there; empty where it is nothing of PyTorch's, or nothing at all. */
  public static Optional<TensorFile> open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      Optional<Path> inside =
          IN_FOLDER.stream().map(path::resolve).filter(Files::isRegularFile).findFirst();
      return inside.isPresent() ? open(inside.get()) : Optional.empty();
    }
    if (isIndex(path)) {
      return Optional.of(ShardedFile.open(path));
    }
    String name = String.valueOf(path.getFileName());
    boolean isNamed = name.matches(".*\\.(pt|pth|safetensors)|pytorch_model.*\\.bin");
    boolean isTorch =
        (isNamed && Files.exists(path))
            || Safetensors.recognises(path)
            || StateDictFile.recognises(path);
    return isTorch ? Optional.of(openFile(path)) : Optional.empty();
  }

  private static boolean isIndex(Path path) {
    String name = String.valueOf(path.getFileName());
    return Files.isRegularFile(path)
        && (name.endsWith(".safetensors.index.json") || name.endsWith(".bin.index.json"));
  }

  /** Opens one file, which has to be PyTorch's. */
  static TensorFile openFile(Path path) throws IOException {
    if (Safetensors.recognises(path)) {
      return Safetensors.open(path);
    }
    if (!StateDictFile.recognises(path) && path.toString().endsWith(".safetensors")) {
      refuseStranger(path);
      return Safetensors.open(path);
    }
    return StateDictFile.open(path);
  }

  /** A web page or the like; a damaged header is left to the reader, which says more of it. */
  private static void refuseStranger(Path path) throws IOException {
    try (SourceFile file = SourceFile.open(path, "a safetensors file is expected here")) {
      FileStart start = FileStart.of(file);
      if (start.isForeign()) {
        throw start.notTorch(file);
      }
    }
  }
}

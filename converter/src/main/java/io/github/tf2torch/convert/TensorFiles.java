package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.read.torch.TorchFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens named tensors, whoever wrote them: TensorFlow, Keras or PyTorch. */
public final class TensorFiles {
  private TensorFiles() {}

  /**
   * Opens what lies at {@code path}. A folder that holds files of both is TensorFlow's where it is
   * a SavedModel, otherwise PyTorch's.
   *
   * @throws io.github.tf2torch.problem.DamagedFile where it is missing or not what it should be
   * @throws io.github.tf2torch.problem.UnsupportedFile where it is of a format that is not read
   */
  public static TensorFile open(Path path) throws IOException {
    return open(path, ReadOptions.defaults());
  }

  /** The same; the options are for a source of TensorFlow's. */
  public static TensorFile open(Path path, ReadOptions options) throws IOException {
    if (!Files.exists(path.resolve("saved_model.pb"))) {
      Optional<TensorFile> torch = TorchFiles.open(path);
      if (torch.isPresent()) {
        return torch.get();
      }
    }
    Source source = Source.open(path, options);
    try {
      return new SourceTensors(source);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }
}

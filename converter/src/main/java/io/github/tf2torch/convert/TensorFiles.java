package io.github.tf2torch.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.problem.DamagedFile;
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

  /**
   * Opens what lies at {@code path} for a comparison with {@code other}. Where that is a folder
   * that a source was converted into, and {@code path} is a source, its tensors are those that the
   * conversion makes of it.
   */
  public static TensorFile openToCompare(Path path, Path other) throws IOException {
    Optional<JsonNode> conversion = conversion(other);
    Optional<TensorFile> torch = openTorch(path);
    if (torch.isPresent()) {
      return torch.get();
    }
    return conversion.isPresent()
        ? ConvertedTensors.open(path, other, conversion.get())
        : open(path);
  }

  /** Of a folder that holds a port; variables as they are stored have their own names. */
  private static Optional<JsonNode> conversion(Path folder) throws IOException {
    Path file = folder.resolve(ConversionFile.NAME);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      return Optional.of(json).filter(j -> !j.path("options").path("raw").asBoolean());
    } catch (JsonProcessingException e) {
      throw new DamagedFile(file + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** The same; the options are for a source of TensorFlow's. */
  public static TensorFile open(Path path, ReadOptions options) throws IOException {
    Optional<TensorFile> torch = openTorch(path);
    if (torch.isPresent()) {
      return torch.get();
    }
    Source source = Source.open(path, options);
    try {
      return new SourceTensors(source);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** The same where PyTorch wrote it; empty where it is for {@link Source}, or for nobody. */
  public static Optional<TensorFile> openTorch(Path path) throws IOException {
    if (Files.exists(path.resolve("saved_model.pb"))) {
      return Optional.empty();
    }
    Optional<TensorFile> torch = TorchFiles.open(path);
    Path strings = path.resolve(StringsFile.NAME);
    boolean hasStrings =
        Files.isRegularFile(strings) && Files.isRegularFile(path.resolve(ConversionFile.NAME));
    return torch.isPresent() && hasStrings ? Optional.of(withStrings(torch.get(), strings)) : torch;
  }

  private static TensorFile withStrings(TensorFile tensors, Path strings) throws IOException {
    try {
      return new RawFolder(tensors, strings);
    } catch (IOException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }
}

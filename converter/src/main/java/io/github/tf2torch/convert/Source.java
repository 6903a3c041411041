package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.graph.SavedModel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Something that TensorFlow wrote, its format found from what is there and not from its name. */
public final class Source implements Closeable {
  private final Path path;
  private final SavedModel savedModel;

  private Source(Path path, SavedModel savedModel) {
    this.path = path;
    this.savedModel = savedModel;
  }

  /**
   * Opens what lies at {@code path}.
   *
   * @throws DamagedFile where it is missing or not what it should be
   * @throws UnsupportedFile where it is of a format that is not read
   */
  public static Source open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new DamagedFile(path + ": no such file or folder; give the folder of a SavedModel");
    }
    Path folder = savedModelFolder(path);
    return new Source(path, SavedModel.open(folder));
  }

  private static Path savedModelFolder(Path path) {
    if (Files.isDirectory(path)) {
      return path;
    }
    Path name = path.getFileName();
    Path parent = path.toAbsolutePath().getParent();
    if (name != null && parent != null && name.toString().matches("saved_model\\.pb(txt)?")) {
      return parent;
    }
    throw new UnsupportedFile(
        path
            + ": only SavedModel folders are read so far; export one with model.export(...) or"
            + " tf.saved_model.save(...)");
  }

  public Path path() {
    return path;
  }

  public List<Signature> signatures() {
    return savedModel.signatures();
  }

  /** The model of a signature; of {@code serving_default}, or the only one, where none is named. */
  public TfModel model(Optional<String> signature) throws IOException {
    return savedModel.model(signature);
  }

  /** The file behind it, for those who run TensorFlow on it. */
  public SavedModel savedModel() {
    return savedModel;
  }

  @Override
  public void close() throws IOException {
    savedModel.close();
  }
}

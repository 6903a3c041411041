package io.github.tf2torch.convert;

import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.model.source.Loss;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.TfSource;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.bundle.Checkpoint;
import io.github.tf2torch.read.graph.GraphSource;
import io.github.tf2torch.translate.InputRanks;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Something that TensorFlow wrote, its format found from what is there and not from its name. */
public final class Source implements Closeable {
  private static final int ENTRIES_SHOWN = 6;
  private static final int HEAD_BYTES = 4096;

  private final Path path;
  private final ReadOptions options;
  private final TfSource opened;

  private Source(Path path, ReadOptions options, TfSource opened) {
    this.path = path;
    this.options = options;
    this.opened = opened;
  }

  /** Opens what lies at {@code path}: the signature that is served, the latest step. */
  public static Source open(Path path) throws IOException {
    return open(path, ReadOptions.defaults());
  }

  /**
   * Opens what lies at {@code path}.
   *
   * @throws DamagedFile where it is missing or not what it should be
   * @throws UnsupportedFile where it is of a format that is not read
   */
  public static Source open(Path path, ReadOptions options) throws IOException {
    for (SourceFormat format : SourceFormat.all()) {
      if (format.recognises().test(path)) {
        return new Source(path, options, format.open(path, options));
      }
    }
    throw unrecognised(path);
  }

  private static Problem unrecognised(Path path) throws IOException {
    String formats =
        SourceFormat.all().stream().map(SourceFormat::name).collect(Collectors.joining(", "));
    if (!Files.exists(path)) {
      return new DamagedFile(path + ": there is no such file or folder; give one of: " + formats);
    }
    Optional<TensorFile> torch = TensorFiles.openTorch(path);
    if (torch.isPresent()) {
      try (TensorFile file = torch.get()) {
        return new UnsupportedFile(
            path
                + ": is PyTorch's already ("
                + file.provenance().format()
                + "), which inspect, diff and convert --raw read; a source is one of: "
                + formats);
      }
    }
    if (isArchitecture(path)) {
      return new UnsupportedFile(
          path
              + ": is the configuration of a Keras model without its weights; make the model of it"
              + " in Keras (model_from_json), load the weights, and save it with"
              + " model.save(\"model.keras\")");
    }
    if (Files.isRegularFile(path)) {
      Optional<ForeignBytes> found = ForeignBytes.in(path);
      if (found.isPresent()) {
        return found.get().damaged(path);
      }
    }
    return new UnsupportedFile(
        path + ": is nothing that is read" + holds(path) + "; a source is one of: " + formats);
  }

  /** What {@code model.to_json()} gives. */
  private static boolean isArchitecture(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      String head = new String(in.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8).strip();
      return head.startsWith("{") && head.contains("\"class_name\"") && head.contains("\"config\"");
    }
  }

  private static String holds(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return "";
    }
    try (Stream<Path> entries = Files.list(path)) {
      List<String> names =
          entries.map(e -> String.valueOf(e.getFileName())).sorted().limit(ENTRIES_SHOWN).toList();
      return names.isEmpty() ? " (the folder is empty)" : " (it holds " + names + ")";
    }
  }

  public Path path() {
    return path;
  }

  /** With what it was opened. */
  public ReadOptions options() {
    return options;
  }

  public Provenance provenance() {
    return opened.provenance();
  }

  public List<Signature> signatures() {
    return opened.signatures();
  }

  /** The whole of it; of the chosen signature where it has several. */
  public TfModel model() throws IOException {
    return InputRanks.completed(opened.model());
  }

  /** The same to look at: without the computation where it isn't chosen which. */
  public TfModel overview() throws IOException {
    return InputRanks.completed(opened.overview());
  }

  /** What its training makes smaller, computed of the model's results; empty where it has none. */
  public Optional<Loss> loss(List<Signature.Tensor> results) throws IOException {
    return opened.loss(results);
  }

  /** Its variables alone, whatever else it holds. */
  public TfModel variables() throws IOException {
    return opened.variables();
  }

  /** The graph behind it, for those who run TensorFlow on it; empty where it has none. */
  public Optional<GraphSource> graph() {
    return opened instanceof GraphSource g ? Optional.of(g) : Optional.empty();
  }

  /** The {@code .meta} of the same checkpoint; empty where it is none, or has none. */
  public Optional<Path> trainingGraph() {
    return opened instanceof Checkpoint c ? c.trainingGraph() : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}

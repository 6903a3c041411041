package io.github.tf2torch.read.bundle;

import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.TfSource;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.RenamedTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint by itself, of either format and of either naming: by the names of TF1 variables, or
 * by objects (trackable_object_graph.proto).
 */
public final class Checkpoint implements TfSource {
  private final Path path;
  private final Path prefix;
  private final String format;
  private final StoredTensors stored;

  private Checkpoint(Path path, Path prefix, String format, StoredTensors stored) {
    this.path = path;
    this.prefix = prefix;
    this.format = format;
    this.stored = stored;
  }

  /** Whether {@code path} is a prefix, an index, a data file, a V1 file or a folder of these. */
  public static boolean recognises(Path path) throws IOException {
    return CheckpointPlace.prefix(path).isPresent()
        || V1Files.of(path).isPresent()
        || CheckpointPlace.isFolder(path);
  }

  /** Reads the index; no variable yet. */
  public static Checkpoint open(Path path, ReadOptions options) throws IOException {
    Path place = Files.isDirectory(path) ? CheckpointPlace.inFolder(path, options) : path;
    Optional<Path> prefix = CheckpointPlace.prefix(place);
    if (prefix.isPresent()) {
      return new Checkpoint(path, prefix.get(), "V2 checkpoint", Bundle.open(prefix.get()));
    }
    List<Path> files =
        V1Files.of(place).orElseThrow(() -> new DamagedFile(place + ": is no checkpoint"));
    return new Checkpoint(path, place, "V1 checkpoint", V1Tensors.open(files));
  }

  /** The {@code .meta} that a TF1 saver wrote with it; empty where none is there. */
  public Optional<Path> trainingGraph() {
    return Optional.of(CheckpointPlace.withSuffix(prefix, ".meta")).filter(Files::isRegularFile);
  }

  @Override
  public Provenance provenance() {
    return new Provenance(path.toString(), format, "");
  }

  @Override
  public List<Signature> signatures() {
    return List.of();
  }

  @Override
  public TfModel model() throws IOException {
    VariableList variables;
    CheckpointOptimizers optimizers;
    if (stored.entries().containsKey(Bundle.OBJECT_GRAPH)) {
      CheckpointObjects objects = CheckpointObjects.of(graph(), path.toString());
      variables =
          VariableList.byObject(stored.entries().values(), objects.names(), objects.copies());
      optimizers = CheckpointOptimizers.byObject(variables, objects);
    } else {
      variables = VariableList.byName(stored.entries().values());
      optimizers = CheckpointOptimizers.byName(variables);
    }
    Map<String, String> keys = new HashMap<>();
    variables.all().forEach(v -> keys.put(v.name(), v.key()));
    List<Variable> found = optimizers.withRoles(variables.all());
    return TfModel.of(
        provenance(),
        found,
        optimizers.withValues(variables, stored),
        new RenamedTensors(keys, stored),
        stored.problems());
  }

  private byte[] graph() throws IOException {
    List<byte[]> texts = stored.strings(Bundle.OBJECT_GRAPH);
    if (texts.size() != 1) {
      throw new UnsupportedFile(
          path + ": \"" + Bundle.OBJECT_GRAPH + "\" holds " + texts.size() + " texts, expected 1");
    }
    return texts.get(0);
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}

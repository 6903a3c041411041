package io.github.tf2torch.read.torch;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.io.ZipReader;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.TensorSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of {@code torch.save} or {@code torch.jit.save}. What its pickle says is read and never
 * run; tensors are read from where they lie.
 */
public final class StateDictFile implements TensorFile {
  private static final int LONGEST_PICKLE = 512 << 20;

  private final Closeable file;
  private final Provenance provenance;
  private final List<Variable> variables;
  private final List<Map<String, Config>> groups;
  private final TensorSource tensors;
  private final List<String> problems;

  private StateDictFile(
      Closeable file,
      Provenance provenance,
      PickledState state,
      TensorSource tensors,
      List<String> problems) {
    this.file = file;
    this.provenance = provenance;
    this.variables = state.tensors().variables();
    this.groups = state.groups();
    this.tensors = tensors;
    this.problems = List.copyOf(problems);
  }

  /** What a pickle holds: tensors, and an optimizer's settings. */
  private record PickledState(StateDict tensors, List<Map<String, Config>> groups) {}

  /** Whether it is an archive with a {@code data.pkl}, or an older file of PyTorch. */
  public static boolean recognises(Path path) throws IOException {
    Optional<FileStart> start = FileStart.of(path);
    if (start.isEmpty() || !start.get().isZip()) {
      return start.isPresent() && start.get().isLegacyTorch();
    }
    try (ZipReader zip = ZipReader.open(SourceFile.open(path, ""))) {
      return findRoot(zip).isPresent();
    } catch (Problem e) {
      return false;
    }
  }

  public static StateDictFile open(Path path) throws IOException {
    SourceFile file = SourceFile.open(path, "a file of torch.save is expected here");
    try {
      FileStart start = FileStart.of(file);
      if (start.isZip()) {
        return ofArchive(ZipReader.open(file), path);
      }
      if (start.isLegacyTorch()) {
        return ofLegacy(file, path);
      }
      throw start.notTorch(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static StateDictFile ofArchive(ZipReader zip, Path path) throws IOException {
    String root = root(zip);
    boolean isTorchScript = zip.contains(root + "constants.pkl");
    String place = String.valueOf(path.getFileName()) + ": data.pkl";
    byte[] pickle = zip.bytes(root + "data.pkl", LONGEST_PICKLE);
    TorchGlobals globals = new TorchGlobals(isTorchScript);
    PickleValue value = new Unpickler(PickleInput.of(place, pickle), globals).load();
    StateDict state = StateDict.of(value, place, pickle.length);
    for (TorchStorage storage : globals.storages().values()) {
      checkSize(zip, root, storage);
    }
    TensorSource tensors =
        new TorchTensors(
            path,
            state.tensors(),
            new TorchTensors.Storages() {
              @Override
              public void read(String key, long offset, ByteBuffer target) throws IOException {
                zip.read(root + "data/" + key, offset, target);
              }

              @Override
              public boolean verify(String key) throws IOException {
                return zip.verify(root + "data/" + key);
              }
            },
            isBigEndian(zip, root));
    List<String> problems = new ArrayList<>();
    if (!zip.hasChecksums()) {
      problems.add("the archive was written without checksums: damage can't be seen");
    }
    String format = isTorchScript ? "TorchScript archive" : "PyTorch checkpoint";
    return new StateDictFile(
        zip,
        new Provenance(path.toString(), format, ""),
        new PickledState(state, ParamGroups.of(value)),
        tensors,
        problems);
  }

  private static String root(ZipReader zip) {
    return findRoot(zip)
        .orElseThrow(
            () -> new UnsupportedFile(zip.path() + ": " + ArchiveKind.of(zip.entries().keySet())));
  }

  /** The one folder of the archive, with a slash. */
  private static Optional<String> findRoot(ZipReader zip) {
    return zip.entries().keySet().stream()
        .filter(n -> n.matches("[^/]+/data\\.pkl"))
        .map(n -> n.substring(0, n.indexOf('/') + 1))
        .findFirst();
  }

  private static void checkSize(ZipReader zip, String root, TorchStorage storage) {
    String name = root + "data/" + storage.key();
    if (!zip.contains(name)) {
      throw new DamagedFile(zip.path() + ": the archive has no entry \"" + name + "\"");
    }
    long found = zip.entries().get(name).size();
    if (found != storage.bytes()) {
      throw new DamagedFile(
          "%s: \"%s\" has %d bytes, expected %d of %s"
              .formatted(
                  zip.path(),
                  name,
                  found,
                  storage.bytes(),
                  storage.isUntyped() ? "any type" : storage.dtype().torchName()));
    }
  }

  private static boolean isBigEndian(ZipReader zip, String root) throws IOException {
    String name = root + "byteorder";
    if (!zip.contains(name)) {
      return false;
    }
    String order = new String(zip.bytes(name, 64), StandardCharsets.US_ASCII);
    return switch (order) {
      case "little" -> false;
      case "big" -> true;
      default ->
          throw new DamagedFile(
              zip.path() + ": \"" + name + "\" says \"" + order + "\", expected little or big");
    };
  }

  private static StateDictFile ofLegacy(SourceFile file, Path path) throws IOException {
    LegacyFile legacy = LegacyFile.read(file);
    TensorSource tensors =
        new TorchTensors(path, legacy.state().tensors(), legacy.storages(file), false);
    return new StateDictFile(
        file,
        new Provenance(path.toString(), "PyTorch checkpoint (before 1.6)", ""),
        new PickledState(legacy.state(), List.of()),
        tensors,
        List.of("the format has no checksums: damage can't be seen"));
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public List<Variable> variables() {
    return variables;
  }

  /** Settings of an optimizer's groups; empty in a file without, and in one of before 1.6. */
  public List<Map<String, Config>> groups() {
    return groups;
  }

  @Override
  public TensorSource tensors() {
    return tensors;
  }

  @Override
  public List<String> problems() {
    return problems;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

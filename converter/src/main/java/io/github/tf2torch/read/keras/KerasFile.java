package io.github.tf2torch.read.keras;

import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.TfSource;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.keras.hdf5.Group;
import io.github.tf2torch.read.keras.hdf5.Hdf5File;
import io.github.tf2torch.read.keras.hdf5.Region;
import io.github.tf2torch.tensor.TensorSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A model or weights that Keras saved: {@code .h5} of Keras 1, 2 and 3, {@code .keras}, {@code
 * .weights.h5} and its sharded form; any other HDF5 file gives its arrays. Nothing of the variables
 * is loaded before it is asked for.
 */
public final class KerasFile implements TfSource {
  private static final List<String> SUFFIXES = List.of(".h5", ".hdf5", ".keras", ".weights.json");

  private final Provenance provenance;
  private final H5Model content;
  private final Checksum checksum;
  private final List<Closeable> open;

  /** Compares what is stored with its checksum. */
  private interface Checksum {
    boolean verify() throws IOException;
  }

  private KerasFile(
      Provenance provenance, H5Model content, Checksum checksum, List<Closeable> open) {
    this.provenance = provenance;
    this.content = content;
    this.checksum = checksum;
    this.open = open;
  }

  /** Whether this is for {@link #open}: by its bytes, or by a name that promises as much. */
  public static boolean recognises(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return Files.isRegularFile(path.resolve(KerasArchive.CONFIG))
          && Files.isRegularFile(path.resolve(KerasArchive.WEIGHTS));
    }
    if (!Files.isRegularFile(path)) {
      return false;
    }
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (SUFFIXES.stream().anyMatch(name::endsWith)) {
      return true;
    }
    try (SourceFile file = SourceFile.open(path, "give a file that Keras saved")) {
      return Hdf5File.recognises(Region.of(file))
          || ForeignBytes.in(path).equals(Optional.of(ForeignBytes.ZIP))
              && KerasArchive.recognises(path);
    }
  }

  /** Opens a file, or the folder of an unpacked {@code .keras}. */
  public static KerasFile open(Path path, ReadOptions options) throws IOException {
    List<Closeable> open = new ArrayList<>();
    try {
      return opened(path, open);
    } catch (IOException | RuntimeException e) {
      closeAll(open);
      throw e;
    }
  }

  private static KerasFile opened(Path path, List<Closeable> open) throws IOException {
    if (Files.isDirectory(path)) {
      return folder(path, open);
    }
    SourceFile file = SourceFile.open(path, "give a file that Keras saved");
    open.add(file);
    Region region = Region.of(file);
    if (Hdf5File.recognises(region)) {
      return hdf5(path, region, open);
    }
    ForeignBytes.refuse(path, Set.of(ForeignBytes.ZIP));
    if (ForeignBytes.in(path).isPresent()) {
      return archive(path, open);
    }
    if (path.toString().endsWith(".json")) {
      return sharded(path, open);
    }
    throw new DamagedFile(
        path + ": begins neither like HDF5 nor like a zip; it is no file of Keras, or damaged");
  }

  private static KerasFile hdf5(Path path, Region region, List<Closeable> open) throws IOException {
    Group root = Hdf5File.open(region).root();
    H5Model content = new H5Model(List.of(root), region.label());
    String format = "HDF5 file";
    String version = "";
    if (H5Model.isLegacy(root)) {
      content.readLegacy();
      version = H5Model.version(root);
      format = content.keras().isPresent() ? "Keras HDF5 model" : "Keras HDF5 weights";
    } else if (H5Model.isStore(root)) {
      content.readStore(new Config.Absent(), "");
      format = "Keras weights";
    } else {
      content.readRaw();
    }
    return new KerasFile(provenance(path, format, version), content, () -> false, open);
  }

  private static KerasFile archive(Path path, List<Closeable> open) throws IOException {
    KerasArchive archive = KerasArchive.open(path);
    open.add(archive);
    if (!archive.hasWeights()) {
      throw new UnsupportedFile(
          path + ": has no " + KerasArchive.WEIGHTS + "; other kinds of weights are not read");
    }
    Config config = archive.json(KerasArchive.CONFIG);
    if (!(config instanceof Config.Fields)) {
      throw new DamagedFile(
          path + ": \"" + KerasArchive.CONFIG + "\" is no configuration of a model; save it again");
    }
    String version = version(archive.json(KerasArchive.METADATA));
    Group root = Hdf5File.open(archive.weights()).root();
    H5Model content = new H5Model(List.of(root), String.valueOf(path.getFileName()));
    content.readStore(config, version);
    return new KerasFile(provenance(path, "Keras model", version), content, archive::verify, open);
  }

  private static String version(Config metadata) {
    return metadata.get("keras_version").flatMap(Config::text).orElse("");
  }

  private static KerasFile folder(Path path, List<Closeable> open) throws IOException {
    Path configFile = path.resolve(KerasArchive.CONFIG);
    Config config = JsonFile.read(configFile);
    Path metadata = path.resolve(KerasArchive.METADATA);
    String version = Files.exists(metadata) ? version(JsonFile.read(metadata)) : "";
    SourceFile file =
        SourceFile.open(path.resolve(KerasArchive.WEIGHTS), "it belongs into this folder");
    open.add(file);
    Group root = Hdf5File.open(Region.of(file)).root();
    H5Model content = new H5Model(List.of(root), file.name());
    content.readStore(config, version);
    return new KerasFile(
        provenance(path, "Keras model folder", version), content, () -> false, open);
  }

  /** {@code ShardedH5IOStore}: a JSON file that says which file holds which group. */
  private static KerasFile sharded(Path path, List<Closeable> open) throws IOException {
    List<Group> roots = new ArrayList<>();
    for (Path part : JsonFile.shards(path)) {
      SourceFile file =
          SourceFile.open(part, path.getFileName() + " names this file; copy it here");
      open.add(file);
      roots.add(Hdf5File.open(Region.of(file)).root());
    }
    H5Model content = new H5Model(roots, String.valueOf(path.getFileName()));
    content.readStore(new Config.Absent(), "");
    return new KerasFile(provenance(path, "sharded Keras weights", ""), content, () -> false, open);
  }

  private static Provenance provenance(Path path, String format, String version) {
    return new Provenance(path.toString(), format, version.isEmpty() ? "" : "Keras " + version);
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public List<Signature> signatures() {
    return List.of();
  }

  @Override
  public TfModel model() {
    Inventory inventory = content.inventory();
    return new TfModel(
        provenance,
        inventory.variables(),
        new Graph(List.of(), Map.of()),
        List.of(),
        new Signature("", List.of(), List.of()),
        Map.of(),
        content.keras(),
        content.optimizers(),
        new Arrays(inventory, checksum, new AtomicBoolean()),
        inventory.problems());
  }

  /** Gives out nothing before the whole was found right, where there is a checksum. */
  private record Arrays(Inventory inventory, Checksum checksum, AtomicBoolean isVerified)
      implements TensorSource {
    @Override
    public void read(String variable, long offset, ByteBuffer target) throws IOException {
      if (!isVerified.get()) {
        verify(variable);
        isVerified.set(true);
      }
      inventory.read(variable, offset, target);
    }

    @Override
    public boolean verify(String variable) throws IOException {
      return checksum.verify();
    }
  }

  @Override
  public void close() throws IOException {
    closeAll(open);
  }

  private static void closeAll(List<Closeable> open) throws IOException {
    for (Closeable closeable : open) {
      closeable.close();
    }
  }
}

package io.github.tf2torch.read.torch;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.io.ZipReader;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a file of {@code torch.jit.save} is laid out.
 *
 * @param root its one folder, with a slash
 * @param className the module's class, {@code __torch__.net.Net}; empty where it has none
 * @param float32Storages the entries that hold float32 elements
 */
public record ScriptArchive(String root, String className, List<String> float32Storages) {
  private static final int LONGEST_PICKLE = 512 << 20;

  public ScriptArchive {
    float32Storages = List.copyOf(float32Storages);
  }

  /** Empty where the file is no TorchScript. */
  public static Optional<ScriptArchive> read(Path path) throws IOException {
    if (!StateDictFile.recognises(path)) {
      return Optional.empty();
    }
    try (SourceFile file = SourceFile.open(path, "a TorchScript archive is expected here")) {
      if (!FileStart.of(file).isZip()) {
        return Optional.empty();
      }
      try (ZipReader zip = ZipReader.open(file)) {
        String root =
            zip.entries().keySet().stream()
                .filter(n -> n.matches("[^/]+/constants\\.pkl"))
                .map(n -> n.substring(0, n.indexOf('/') + 1))
                .findFirst()
                .orElse("");
        return root.isEmpty() ? Optional.empty() : Optional.of(of(zip, root));
      }
    }
  }

  private static ScriptArchive of(ZipReader zip, String root) throws IOException {
    List<String> storages = new ArrayList<>();
    PickleValue module = load(zip, root, "data", storages);
    load(zip, root, "constants", storages);
    if (!(module instanceof PickleValue.Dict object)) {
      throw new UnsupportedFile(zip.path() + ": data.pkl holds " + module.kind() + ", no module");
    }
    return new ScriptArchive(root, object.className, storages);
  }

  private static PickleValue load(ZipReader zip, String root, String name, List<String> storages)
      throws IOException {
    TorchGlobals globals = new TorchGlobals(true);
    PickleInput in = PickleInput.of(name + ".pkl", zip.bytes(root + name + ".pkl", LONGEST_PICKLE));
    PickleValue value = new Unpickler(in, globals).load();
    globals.storages().values().stream()
        .filter(s -> s.dtype() == DType.FLOAT32)
        .forEach(s -> storages.add(root + name + "/" + s.key()));
    return value;
  }
}

package io.github.tf2torch.read.torch;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.io.ZipReader;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A module of {@code torch.jit.save}: its objects, the text of its code, and the tensors that its
 * code names as constants. Nothing is run.
 *
 * @param code by its path below {@code code/}: {@code __torch__/net.py}
 * @param constants {@code CONSTANTS.c0} and on; empty in the place of what is no tensor
 */
public record ScriptModule(
    ScriptValue.Module root, Map<String, String> code, List<Optional<TensorValue>> constants) {
  private static final int LONGEST_PICKLE = 512 << 20;
  private static final int LONGEST_CODE = 64 << 20;
  private static final int LARGEST_CONSTANT = 64 << 20;
  private static final int DEEPEST = 100;
  private static final long MOST_OBJECTS = 10_000_000;

  public ScriptModule {
    code = Map.copyOf(code);
    constants = List.copyOf(constants);
  }

  /** Reads an archive. */
  public static ScriptModule read(Path path) throws IOException {
    String folder =
        ScriptArchive.read(path)
            .orElseThrow(() -> new UnsupportedFile(path + ": is no TorchScript archive"))
            .root();
    try (SourceFile file = SourceFile.open(path, "a TorchScript archive is expected here");
        ZipReader zip = ZipReader.open(file)) {
      PickleValue object = load(zip, folder, "data");
      if (!(object instanceof PickleValue.Dict dict) || dict.className.isEmpty()) {
        throw new UnsupportedFile(path + ": data.pkl holds " + object.kind() + ", no module");
      }
      Map<String, String> code = new LinkedHashMap<>();
      for (String entry : zip.entries().keySet()) {
        if (entry.startsWith(folder + "code/") && entry.endsWith(".py")) {
          code.put(
              entry.substring((folder + "code/").length()),
              new String(zip.bytes(entry, LONGEST_CODE), StandardCharsets.UTF_8));
        }
      }
      return new ScriptModule(
          (ScriptValue.Module) new Walk().value(dict, "", 0), code, constants(zip, folder));
    }
  }

  private static PickleValue load(ZipReader zip, String folder, String name) throws IOException {
    PickleInput in =
        PickleInput.of(name + ".pkl", zip.bytes(folder + name + ".pkl", LONGEST_PICKLE));
    return new Unpickler(in, new TorchGlobals(true)).load();
  }

  /** Goes through the objects; what a few bytes can blow up is cut off. */
  private static final class Walk {
    private long visits = MOST_OBJECTS;

    ScriptValue value(PickleValue value, String path, int depth) {
      if (--visits < 0 || depth > DEEPEST) {
        throw new UnsupportedFile(
            "data.pkl: modules are nested deeper than any network, or hold themselves");
      }
      if (value instanceof PickleValue.None) {
        return new ScriptValue.Nothing();
      }
      if (value instanceof PickleValue.Truth v) {
        return new ScriptValue.Truth(v.value());
      }
      if (value instanceof PickleValue.Whole v) {
        return new ScriptValue.Whole(v.value());
      }
      if (value instanceof PickleValue.Real v) {
        return new ScriptValue.Real(v.value());
      }
      if (value instanceof PickleValue.Text v) {
        return new ScriptValue.Text(v.value());
      }
      if (value instanceof PickleValue.Tensor) {
        return new ScriptValue.Tensor(path);
      }
      if (value instanceof PickleValue.Tuple v) {
        return new ScriptValue.Items(values(v.items, path, depth), true);
      }
      if (value instanceof PickleValue.Items v) {
        return new ScriptValue.Items(values(v.values, path, depth), false);
      }
      if (value instanceof PickleValue.Dict v && !v.className.isEmpty()) {
        Map<String, ScriptValue> attributes = new LinkedHashMap<>();
        v.entries.forEach(
            (key, held) -> {
              if (key instanceof PickleValue.Text name) {
                attributes.put(name.value(), value(held, below(path, name.value()), depth + 1));
              }
            });
        return new ScriptValue.Module(v.className, attributes);
      }
      return new ScriptValue.Other(value.kind());
    }

    List<ScriptValue> values(List<PickleValue> items, String path, int depth) {
      List<ScriptValue> values = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        values.add(value(items.get(i), below(path, Integer.toString(i)), depth + 1));
      }
      return values;
    }
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static List<Optional<TensorValue>> constants(ZipReader zip, String folder)
      throws IOException {
    List<PickleValue> all =
        load(zip, folder, "constants") instanceof PickleValue.Tuple tuple
            ? tuple.items
            : List.<PickleValue>of();
    List<Optional<TensorValue>> constants = new ArrayList<>();
    for (PickleValue value : all) {
      constants.add(
          value instanceof PickleValue.Tensor t
                  && t.tensor().isRowMajor()
                  && t.tensor().bytes() <= LARGEST_CONSTANT
              ? Optional.of(constant(zip, folder, t.tensor()))
              : Optional.empty());
    }
    return constants;
  }

  private static TensorValue constant(ZipReader zip, String folder, TorchTensor tensor)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.bytes()));
    zip.read(
        folder + "constants/" + tensor.storage().key(),
        tensor.offset() * tensor.dtype().bytes(),
        bytes);
    return new TensorValue(tensor.dtype(), tensor.shape(), bytes.array());
  }
}

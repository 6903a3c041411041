package io.github.tf2torch.verify.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.SafetensorsEntry;
import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A trace that {@link TraceScript} has recorded: safetensors whose names say what each tensor is.
 * Values are in TensorFlow's order of axes and read when they are asked for.
 */
public final class TraceFile implements Closeable {
  private static final String FORMAT = "tf2torch-trace 1";

  private final Path path;
  private final SafetensorsFile file;

  private TraceFile(Path path, SafetensorsFile file) {
    this.path = path;
    this.file = file;
  }

  /** What a tensor of a trace is; its name follows behind a colon. */
  public enum Kind {
    INPUT("input"),
    OUTPUT("output"),
    /** The gradient that comes to an output from outside. */
    WEIGHT("weight"),
    VARIABLE("variable"),
    INPUT_GRADIENT("gradient of input"),
    GRADIENT("gradient"),
    /** A variable after the last step of training. */
    TRAINED("trained");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** What a layer, or an op of a graph, gave. */
  public record Layer(String name, String entry) {}

  /** Opens a trace; no value is read yet. */
  public static TraceFile open(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    String format = file.metadata().getOrDefault("format", "");
    if (!format.equals(FORMAT)) {
      file.close();
      throw new UnsupportedFile(
          path
              + ": is "
              + (!format.startsWith("tf2torch-trace ")
                  ? "no trace"
                  : "a trace of format \"" + format + "\"")
              + ", expected \""
              + FORMAT
              + "\"; record it with the file that tf2torch trace-script prints");
    }
    return new TraceFile(path, file);
  }

  public Path path() {
    return path;
  }

  /** What it was recorded with, for people. */
  public Map<String, String> environment() {
    Map<String, String> said = new TreeMap<>();
    for (String key : List.of("framework", "python", "numpy")) {
      said.put("trace " + key, file.metadata().getOrDefault(key, "not said"));
    }
    return said;
  }

  /** The names of all of a kind, in the order of recording. */
  public List<String> names(Kind kind) {
    String prefix = kind.text + ":";
    return file.entries().keySet().stream()
        .filter(n -> n.startsWith(prefix))
        .map(n -> n.substring(prefix.length()))
        .toList();
  }

  public Optional<TensorValue> value(Kind kind, String name) throws IOException {
    String entry = kind.text + ":" + name;
    return file.entries().containsKey(entry) ? Optional.of(read(entry)) : Optional.empty();
  }

  /** In the order of computation. */
  public List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    for (String entry : file.entries().keySet()) {
      String[] parts = entry.split(":", 3);
      if (parts.length == 3 && parts[0].equals("layer")) {
        layers.add(new Layer(parts[2], entry));
      }
    }
    return layers;
  }

  public TensorValue value(Layer layer) throws IOException {
    return read(layer.entry());
  }

  /** Whether some layer computed in float16: all behind it has the rounding of that. */
  public boolean isHalf() {
    return file.entries().values().stream().anyMatch(e -> e.dtype() == DType.FLOAT16);
  }

  /** The loss before each step; empty where nothing was trained. */
  public double[] losses() throws IOException {
    return file.entries().containsKey("loss:training")
        ? read("loss:training").doubles()
        : new double[0];
  }

  /** The variables that were trained. */
  public List<String> trained() {
    try {
      JsonNode names = new ObjectMapper().readTree(file.metadata().getOrDefault("trained", "[]"));
      List<String> trained = new ArrayList<>();
      names.forEach(n -> trained.add(n.asText()));
      return trained;
    } catch (JsonProcessingException e) {
      throw new DamagedFile(path + ": \"trained\" is no list of names", e);
    }
  }

  /** {@code learning_rate} or {@code momentum} of the training. */
  public float setting(String name) {
    String text = file.metadata().getOrDefault(name, "");
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      throw new DamagedFile(path + ": \"" + name + "\" is \"" + text + "\", no number", e);
    }
  }

  private TensorValue read(String entry) throws IOException {
    SafetensorsEntry found = file.entries().get(entry);
    return Evaluation.value(new TensorExpr.Stored(entry, found.dtype(), found.shape()), file);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

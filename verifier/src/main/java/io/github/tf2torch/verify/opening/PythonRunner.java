package io.github.tf2torch.verify.opening;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.subject.OwnRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A module of a Python file, run by the user's own Python in a process of its own. Tensors go there
 * and back as raw files in a temporary folder.
 */
public final class PythonRunner implements OwnRunner {
  private static final String SCRIPT = "run_module.py";
  private static final String TRACED = "traced.pt";

  /** Where the script writes what went wrong. */
  private static final String FAILURE = "failure.txt";

  /** Its exit where the module can't even be made, whatever the inputs. */
  private static final int REFUSED = 3;

  private static final int LINES_SAID = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String interpreter;
  private final Path module;
  private final String className;
  private final Path weights;
  private final int threads;
  private final Path folder;
  private Optional<EngineSettings> settings = Optional.empty();

  public PythonRunner(String interpreter, Path module, String className, Path weights, int threads)
      throws IOException {
    this.interpreter = interpreter;
    this.module = module;
    this.className = className;
    this.weights = weights;
    this.threads = threads;
    this.folder = Files.createTempDirectory("tf2torch-python");
  }

  /**
   * @param named {@code FILE.py:Class}
   */
  static PythonRunner ofFile(String interpreter, String named, Path weights, int threads)
      throws IOException {
    int colon = named.lastIndexOf(':');
    Path file = Path.of(colon < 0 ? named : named.substring(0, colon));
    if (colon < 0 || !Files.isRegularFile(file)) {
      throw new BadRequest(
          "--python-module " + named + ": expected FILE.py:Class, with a file that is there");
    }
    return new PythonRunner(interpreter, file, named.substring(colon + 1), weights, threads);
  }

  /** Known once it has run; the class takes no argument that could be asked before. */
  @Override
  public Optional<List<String>> arguments() {
    return Optional.empty();
  }

  @Override
  public Map<String, TensorValue> outputs(DType floatType, List<TensorValue> inputs)
      throws IOException {
    Map<String, TensorValue> outputs = new LinkedHashMap<>();
    JsonNode answer = run(floatType, inputs, Map.of());
    for (JsonNode value : answer.path("values")) {
      outputs.put(value.path("name").asText(), read(value));
    }
    return outputs;
  }

  @Override
  public ParameterGradients gradients(
      DType floatType, List<TensorValue> inputs, Map<String, TensorValue> weighted)
      throws IOException {
    List<Optional<TensorView>> byInput = new ArrayList<>();
    inputs.forEach(i -> byInput.add(Optional.empty()));
    Map<String, TensorView> parameters = new LinkedHashMap<>();
    for (JsonNode value : run(floatType, inputs, weighted).path("values")) {
      TensorView view = TensorView.of(read(value));
      if (value.path("kind").asText().equals("input")) {
        byInput.set(value.path("name").asInt(), Optional.of(view));
      } else {
        parameters.put(value.path("name").asText(), view);
      }
    }
    return new Kept(byInput, parameters);
  }

  /**
   * Parameters and their state behind some batches of what the conversion says of training.
   *
   * @param weighted a weight for each output that the loss has
   */
  public Map<String, TensorValue> trained(
      DType floatType, List<TensorValue> inputs, Map<String, TensorValue> weighted, Training how)
      throws IOException {
    Map<String, TensorValue> values = new LinkedHashMap<>();
    for (JsonNode value :
        run(floatType, inputs, weighted, Optional.of(how), false).path("values")) {
      values.put(value.path("name").asText(), read(value));
    }
    return values;
  }

  /** A training by the files of a conversion. */
  public record Training(Path conversion, Path optimizer, int batches) {}

  private record Kept(List<Optional<TensorView>> inputs, Map<String, TensorView> parameters)
      implements ParameterGradients {
    @Override
    public Optional<TensorView> parameter(String name) {
      return Optional.ofNullable(parameters.get(name));
    }

    @Override
    public void close() {}
  }

  @Override
  public Optional<Path> archive(List<TensorValue> inputs) throws IOException {
    Path traced = folder.resolve(TRACED);
    if (!Files.exists(traced)) {
      run(DType.FLOAT32, inputs, Map.of(), Optional.empty(), true);
    }
    return Files.exists(traced) ? Optional.of(traced) : Optional.empty();
  }

  @Override
  public EngineSettings settings() {
    return settings.orElseThrow(() -> new EngineFailure("nothing has been run"));
  }

  private JsonNode run(DType floatType, List<TensorValue> inputs, Map<String, TensorValue> weighted)
      throws IOException {
    return run(floatType, inputs, weighted, Optional.empty(), false);
  }

  private JsonNode run(
      DType floatType,
      List<TensorValue> inputs,
      Map<String, TensorValue> weighted,
      Optional<Training> training,
      boolean isTraced)
      throws IOException {
    clear();
    ObjectNode job = JSON.createObjectNode();
    job.put("module", module.toString()).put("class", className);
    job.put("weights", weights.toAbsolutePath().toString());
    job.put("dtype", floatType.torchName()).put("threads", threads);
    ArrayNode given = job.putArray("inputs");
    for (int i = 0; i < inputs.size(); i++) {
      given.add(written("input-" + i, inputs.get(i)));
    }
    ObjectNode gradients = job.putObject("gradients");
    for (Map.Entry<String, TensorValue> weight : weighted.entrySet()) {
      gradients.set(weight.getKey(), written("weight-" + gradients.size(), weight.getValue()));
    }
    training.ifPresent(
        t ->
            job.putObject("training")
                .put("conversion", t.conversion().toAbsolutePath().toString())
                .put("optimizer", t.optimizer().toAbsolutePath().toString())
                .put("batches", t.batches()));
    if (isTraced) {
      job.put("traced", TRACED);
    }
    Path file = folder.resolve("job.json");
    JSON.writeValue(file.toFile(), job);
    try (InputStream script = PythonRunner.class.getResourceAsStream(SCRIPT)) {
      Files.write(folder.resolve(SCRIPT), script.readAllBytes());
    }
    start(file);
    JsonNode answer = JSON.readTree(folder.resolve("answer.json").toFile());
    settings =
        Optional.of(
            new EngineSettings(
                "PyTorch",
                answer.path("torch").asText(),
                "Python " + answer.path("python").asText() + " (" + interpreter + ")",
                threads,
                Map.of("device", "cpu", "mode", "eval")));
    return answer;
  }

  private void start(Path job) throws IOException {
    Path said = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(interpreter, folder.resolve(SCRIPT).toString(), job.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(said.toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new BadRequest(
          "--python " + interpreter + ": can't be started; name a Python that has torch", e);
    }
    try {
      process.getOutputStream().close(); // a module that asks for a line would wait for ever
      int exit = process.waitFor();
      if (exit == REFUSED) {
        throw new BadRequest(told(said));
      }
      if (exit != 0) {
        throw new EngineFailure(module.getFileName() + ":" + className + ": " + told(said));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new EngineFailure("interrupted while Python ran", e);
    }
  }

  /**
   * What the script says of it; where it could not, as where memory was short, what Python does.
   */
  private String told(Path said) throws IOException {
    Path failure = folder.resolve(FAILURE);
    return Files.exists(failure)
        ? Files.readString(failure)
        : interpreter + " fails: " + last(said);
  }

  private static String last(Path said) throws IOException {
    String text = new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
    List<String> lines = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return lines.isEmpty()
        ? "it says nothing"
        : String.join(" ", lines.subList(Math.max(0, lines.size() - LINES_SAID), lines.size()));
  }

  private ObjectNode written(String name, TensorValue value) throws IOException {
    byte[] bytes = new byte[value.bytes().remaining()];
    value.bytes().get(bytes);
    Files.write(folder.resolve(name), bytes);
    ObjectNode node = JSON.createObjectNode().put("file", name);
    node.put("dtype", value.dtype().torchName());
    value.shape().dims().forEach(node.putArray("shape")::add);
    return node;
  }

  private TensorValue read(JsonNode node) throws IOException {
    List<Long> dims = new ArrayList<>();
    node.path("shape").forEach(d -> dims.add(d.asLong()));
    String name = node.path("dtype").asText();
    DType dtype =
        Arrays.stream(DType.values())
            .filter(d -> d.torchName().equals(name))
            .findFirst()
            .orElseThrow(() -> new EngineFailure("an output is of type " + name));
    return new TensorValue(
        dtype, new Shape(dims), Files.readAllBytes(folder.resolve(node.path("file").asText())));
  }

  private void clear() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> !f.endsWith(TRACED)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    clear();
    Files.deleteIfExists(folder.resolve(TRACED));
    Files.deleteIfExists(folder);
  }
}

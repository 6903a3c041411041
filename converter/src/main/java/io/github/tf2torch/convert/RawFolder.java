package io.github.tf2torch.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A folder of {@code convert --raw}: its tensors, and its strings beside them. */
final class RawFolder implements TensorFile {
  private final TensorFile tensors;
  private final List<Variable> variables;
  private final Map<String, List<byte[]>> strings = new LinkedHashMap<>();

  /** Takes over {@code tensors}. */
  RawFolder(TensorFile tensors, Path file) throws IOException {
    this.tensors = tensors;
    List<Variable> all = new ArrayList<>(tensors.variables());
    JsonNode json = parse(file);
    json.fieldNames().forEachRemaining(name -> all.add(variable(name, json.get(name), file)));
    this.variables = List.copyOf(all);
  }

  private static JsonNode parse(Path file) throws IOException {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new DamagedFile(file + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private Variable variable(String name, JsonNode node, Path file) {
    List<Long> dims = new ArrayList<>();
    node.path("shape").forEach(d -> dims.add(d.asLong(-1)));
    boolean isText = node.path("encoding").asText().equals("utf-8");
    List<byte[]> elements = new ArrayList<>();
    try {
      for (JsonNode value : node.path("values")) {
        elements.add(
            isText
                ? value.asText().getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(value.asText()));
      }
      Shape shape = new Shape(dims);
      if (shape.count() != elements.size()) {
        throw new DamagedFile(
            "%s: \"%s\" has %d values, expected those of shape %s"
                .formatted(file, name, elements.size(), shape));
      }
      strings.put(name, List.copyOf(elements));
      return new Variable(
          name, node.path("key").asText(name), DType.STRING, shape, Role.OTHER, List.of());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new DamagedFile(file + ": \"" + name + "\": " + e.getMessage(), e);
    }
  }

  @Override
  public Provenance provenance() {
    return tensors.provenance();
  }

  @Override
  public List<Variable> variables() {
    return variables;
  }

  @Override
  public TensorSource tensors() {
    return new TensorSource() {
      @Override
      public void read(String variable, long offset, ByteBuffer target) throws IOException {
        tensors.tensors().read(variable, offset, target);
      }

      @Override
      public List<byte[]> strings(String variable) throws IOException {
        List<byte[]> elements = strings.get(variable);
        return elements == null ? tensors.tensors().strings(variable) : elements;
      }
    };
  }

  @Override
  public List<String> problems() {
    return tensors.problems();
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}

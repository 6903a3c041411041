package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code variables} of {@code conversion.json}: what the source holds, for the way back. */
final class VariablesJson {
  private VariablesJson() {}

  /**
   * @param numbers that are in no other file
   */
  static ArrayNode of(List<Variable> variables, Map<String, Double> numbers) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Variable variable : variables) {
      ObjectNode node = all.addObject().put("name", variable.name());
      if (!variable.key().equals(variable.name())) {
        node.put("key", variable.key());
      }
      node.put("dtype", variable.dtype().torchName());
      ArrayNode shape = node.putArray("shape");
      variable.shape().dims().forEach(shape::add);
      if (!variable.aliases().isEmpty()) {
        node.set("aliases", ConversionFile.strings(variable.aliases()));
      }
      Double number = numbers.get(variable.name());
      if (number != null) {
        put(node, number, variable.dtype());
      }
    }
    return all;
  }

  private static void put(ObjectNode node, double number, DType dtype) {
    if (dtype.isFloating()) {
      node.put("value", number);
    } else {
      node.put("value", (long) number);
    }
  }

  /** The numbers that are kept so, by the names of their variables. */
  static Map<String, Double> numbers(JsonNode all) {
    Map<String, Double> numbers = new HashMap<>();
    for (JsonNode node : all) {
      if (node.path("value").isNumber()) {
        numbers.put(node.path("name").asText(), node.path("value").asDouble());
      }
    }
    return numbers;
  }

  /** Reads them, or the {@code tensors} of variables written as they are stored. */
  static List<Variable> read(JsonNode all, Path file) {
    List<Variable> variables = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (JsonNode node : all) {
      String name = node.path("name").asText();
      // quantized numbers are written as whole ones
      String written = node.path("dtype").asText();
      Optional<DType> dtype = DType.ofTorch(node.path("stored").asText(written));
      if (dtype.isEmpty()) {
        throw new DamagedFile(file + ": \"" + name + "\" has no type that is known");
      }
      List<String> aliases = new ArrayList<>();
      node.path("aliases").forEach(a -> aliases.add(a.asText()));
      String key = node.path("key").asText(name);
      if (key.isEmpty() || !keys.add(key)) {
        throw new DamagedFile(file + ": two variables \"" + key + "\", or one without a name");
      }
      variables.add(new Variable(name, key, dtype.get(), shape(node, file), Role.OTHER, aliases));
    }
    return variables;
  }

  static Shape shape(JsonNode node, Path file) {
    List<Long> dims = new ArrayList<>();
    node.path("shape").forEach(d -> dims.add(d.asLong(-1)));
    try {
      Shape shape = new Shape(dims);
      if (shape.count() >= 0) {
        return shape;
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // answered below: no tensor has this shape
    }
    throw new DamagedFile(
        file + ": \"" + node.path("name").asText() + "\" has the impossible shape " + dims);
  }
}

package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** How {@code conversion.json} records what was read of a source, so that it can be read again. */
final class ReadOptionsJson {
  private ReadOptionsJson() {}

  /** Writes what was chosen; what was left to the reader stays out, but for the signature. */
  static void write(ReadOptions options, String chosenSignature, ObjectNode node) {
    if (!chosenSignature.isEmpty()) {
      node.put("signature", chosenSignature);
    }
    if (!options.tags().isEmpty()) {
      options.tags().stream().sorted().forEach(node.putArray("tags")::add);
    }
    options.step().ifPresent(s -> node.put("step", s));
    endpoints(options.inputs(), "inputs", node);
    endpoints(options.outputs(), "outputs", node);
  }

  private static void endpoints(List<Endpoint> endpoints, String key, ObjectNode node) {
    if (!endpoints.isEmpty()) {
      endpoints.forEach(e -> node.withArray(key).add(e.toString()));
    }
  }

  static ReadOptions read(JsonNode node) {
    Set<String> tags = new HashSet<>();
    node.path("tags").forEach(t -> tags.add(t.asText()));
    return new ReadOptions(
        Optional.ofNullable(node.path("signature").textValue()),
        tags,
        node.has("step") ? OptionalLong.of(node.path("step").asLong()) : OptionalLong.empty(),
        endpoints(node.path("inputs")),
        endpoints(node.path("outputs")));
  }

  private static List<Endpoint> endpoints(JsonNode array) {
    List<String> names = new ArrayList<>();
    array.forEach(e -> names.add(e.asText()));
    return names.stream().map(Endpoint::parse).collect(Collectors.toList());
  }
}

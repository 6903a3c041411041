package io.github.tf2torch.verify.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A {@code report.json} that was read back, as far as two runs are compared.
 *
 * @param stated settings, environment and what was verified, by name
 */
record WrittenReport(
    Path file, Verdict verdict, Map<String, Entry> checks, Map<String, String> stated) {

  /**
   * A check, or a tensor of it.
   *
   * @param error in float32; NaN where none was measured
   * @param tensors by name; empty for a tensor
   */
  record Entry(Verdict verdict, double error, double error64, Map<String, Entry> tensors) {}

  static WrittenReport read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DamagedFile(
          file + ": there is no such file; give the report.json of a verification");
    }
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new DamagedFile(file + ": no JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.path("checks").isArray()) {
      throw new DamagedFile(file + ": has no checks; give the report.json of a verification");
    }
    Map<String, Entry> checks = new LinkedHashMap<>();
    for (JsonNode check : root.path("checks")) {
      Map<String, Entry> tensors = new LinkedHashMap<>();
      for (JsonNode tensor : check.path("tensors")) {
        tensors.putIfAbsent(tensor.path("name").asText(), entry(file, tensor, "error", Map.of()));
      }
      checks.put(check.path("name").asText(), entry(file, check, "largest_error", tensors));
    }
    return new WrittenReport(file, verdict(file, root), checks, stated(root));
  }

  private static Entry entry(Path file, JsonNode node, String error, Map<String, Entry> tensors) {
    return new Entry(
        verdict(file, node),
        node.path(error).asDouble(Double.NaN),
        node.path(error + "_float64").asDouble(Double.NaN),
        tensors);
  }

  private static Verdict verdict(Path file, JsonNode node) {
    String text = node.path("verdict").asText();
    Optional<Verdict> found =
        Arrays.stream(Verdict.values()).filter(v -> v.text().equals(text)).findFirst();
    return found.orElseThrow(
        () -> new DamagedFile(file + ": has a verdict \"" + text + "\", which there is not"));
  }

  private static Map<String, String> stated(JsonNode root) {
    Map<String, String> stated = new LinkedHashMap<>();
    for (String name : new String[] {"source", "directory"}) {
      stated.put(name, root.path(name).asText());
    }
    for (String group : new String[] {"settings", "environment", "files"}) {
      root.path(group)
          .fields()
          .forEachRemaining(e -> stated.put(group + ": " + e.getKey(), e.getValue().asText()));
    }
    return stated;
  }
}

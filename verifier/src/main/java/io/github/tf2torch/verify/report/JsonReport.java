package io.github.tf2torch.verify.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code report.json}. A number that was not measured is null. */
public final class JsonReport {
  private JsonReport() {}

  public static ObjectNode of(Report report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("verdict", report.verdict().text());
    root.put("source", report.source());
    root.put("directory", report.directory());
    root.put("seed", report.seed());
    root.put("tolerance", report.tolerance());
    ObjectNode environment = root.putObject("environment");
    report.environment().forEach(environment::put);
    ObjectNode files = root.putObject("files");
    report.files().forEach(files::put);
    ArrayNode checks = root.putArray("checks");
    for (CheckResult check : report.checks()) {
      ObjectNode node = checks.addObject();
      node.put("name", check.name());
      node.put("verdict", check.verdict().text());
      node.put("reason", check.reason());
      number(node, "largest_error", check.largestError());
      number(node, "largest_error_float64", check.largestError64());
      check
          .firstDifference()
          .ifPresentOrElse(
              t -> node.put("first_difference", t.name()), () -> node.putNull("first_difference"));
      ArrayNode tensors = node.putArray("tensors");
      check.tensors().forEach(t -> tensors.add(tensor(t)));
    }
    root.put("command", report.command());
    return root;
  }

  private static ObjectNode tensor(TensorResult tensor) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", tensor.name());
    node.put("source", tensor.source());
    node.put("verdict", tensor.verdict().text());
    number(node, "error", tensor.error());
    number(node, "error_float64", tensor.error64());
    number(node, "noise", tensor.noise());
    node.put("reason", tensor.reason());
    return node;
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}

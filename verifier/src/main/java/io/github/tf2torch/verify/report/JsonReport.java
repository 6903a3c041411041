package io.github.tf2torch.verify.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

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
    strings(root.putObject("settings"), report.settings());
    strings(root.putObject("environment"), report.environment());
    strings(root.putObject("files"), report.files());
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
      ArrayNode curves = node.putArray("curves");
      check.curves().forEach(c -> curves.add(curve(c)));
    }
    root.set("account", account(report.account()));
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

  private static ObjectNode curve(Curve curve) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", curve.name());
    numbers(node.putArray("tensorflow"), curve.tensorflow());
    numbers(node.putArray("pytorch"), curve.torch());
    return node;
  }

  private static ObjectNode account(VariableAccount account) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode used = node.putArray("used");
    account.used().forEach(u -> used.addObject().put("name", u.name()).put("made", u.note()));
    ArrayNode dropped = node.putArray("dropped");
    account
        .dropped()
        .forEach(d -> dropped.addObject().put("name", d.name()).put("reason", d.note()));
    account.unknown().forEach(node.putArray("unknown")::add);
    account.assumed().forEach(node.putArray("assumed")::add);
    account.lossy().forEach(node.putArray("lossy")::add);
    return node;
  }

  private static void strings(ObjectNode node, Map<String, String> values) {
    values.forEach(node::put);
  }

  private static void numbers(ArrayNode node, List<Double> values) {
    for (double value : values) {
      if (Double.isFinite(value)) {
        node.add(value);
      } else {
        node.addNull();
      }
    }
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}

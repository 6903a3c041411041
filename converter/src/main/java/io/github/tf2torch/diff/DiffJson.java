package io.github.tf2torch.diff;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Variable;
import java.util.Optional;

/** The document of {@code diff --json}. */
public final class DiffJson {
  private DiffJson() {}

  public static ObjectNode of(DiffReport report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("verdict", report.isSame() ? "same" : "different");
    root.set("a", file(report.a()));
    root.set("b", file(report.b()));
    root.putObject("tolerance")
        .put("absolute", report.tolerance().absolute())
        .put("ulps", report.tolerance().ulps());
    ObjectNode counts = root.putObject("counts");
    for (TensorDifference.Verdict verdict : TensorDifference.Verdict.values()) {
      counts.put(verdict.words(), report.count(verdict));
    }
    report.tensors().forEach(t -> root.withArray("tensors").add(tensor(t)));
    return root;
  }

  private static ObjectNode file(Provenance provenance) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("path", provenance.path())
        .put("format", provenance.format());
  }

  private static ObjectNode tensor(TensorDifference difference) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", difference.name()).put("verdict", difference.verdict().words());
    side(node, "a", difference.a());
    side(node, "b", difference.b());
    difference.values().ifPresent(v -> values(node, v));
    return node;
  }

  private static void side(ObjectNode node, String key, Optional<Variable> variable) {
    variable.ifPresent(
        v -> {
          ObjectNode side =
              node.putObject(key).put("name", v.name()).put("dtype", v.dtype().torchName());
          v.shape().dims().forEach(side.putArray("shape")::add);
        });
  }

  private static void values(ObjectNode node, ValueDifference values) {
    node.put("identical", values.isIdentical());
    node.put("differing", values.differing()).put("beyond_tolerance", values.beyond());
    extreme(node, "largest_difference", values.largest());
    extreme(node, "largest_relative", values.relative());
    extreme(node, "largest_ulps", values.ulps());
    extreme(node, "nan_or_inf_misplaced", values.misplaced());
  }

  /** Row-major number of the element; left out where there is none. */
  private static void extreme(ObjectNode node, String key, Extreme extreme) {
    if (extreme.element() >= 0) {
      node.putObject(key).put("value", extreme.value()).put("element", extreme.element());
    }
  }
}

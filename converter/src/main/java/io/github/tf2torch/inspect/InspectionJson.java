package io.github.tf2torch.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The document of {@code inspect --json}. Keys may be added; those that are here stay. */
public final class InspectionJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private InspectionJson() {}

  public static ObjectNode of(Inspection inspection) {
    TfModel model = inspection.model();
    ObjectNode root = JSON.objectNode();
    root.put("source", model.provenance().path());
    root.put("format", model.provenance().format());
    root.put("writer", model.provenance().writer());
    ArrayNode variables = root.putArray("variables");
    inspection.findings().forEach(f -> variables.add(variable(f)));
    ArrayNode optimizers = JSON.arrayNode();
    model.optimizers().forEach(o -> optimizers.add(optimizer(o)));
    root.set("optimizer", optimizers.isEmpty() ? JSON.nullNode() : optimizers.get(0));
    root.set("optimizers", optimizers);
    ArrayNode signatures = root.putArray("signatures");
    model.signatures().forEach(s -> signatures.add(signature(s)));
    root.set("graph", graph(model));
    root.set("layers", model.keras().<JsonNode>map(k -> layer(k.root())).orElse(JSON.nullNode()));
    ObjectNode collections = root.putObject("collections");
    model.collections().forEach((name, members) -> collections.set(name, strings(members)));
    root.set("assumed", strings(model.assumed()));
    ArrayNode problems = root.putArray("problems");
    model.problems().forEach(problems::add);
    inspection
        .findings()
        .forEach(f -> f.trouble().ifPresent(t -> problems.add(f.variable().name() + ": " + t)));
    return root;
  }

  private static ObjectNode variable(Finding finding) {
    ObjectNode node = JSON.objectNode();
    node.put("name", finding.variable().name());
    node.put("dtype", finding.variable().dtype().torchName());
    ArrayNode shape = node.putArray("shape");
    finding.variable().shape().dims().forEach(shape::add);
    node.put("bytes", finding.variable().bytes());
    node.put("role", finding.variable().role().jsonName());
    node.put("key", finding.variable().key());
    node.set("aliases", strings(finding.variable().aliases()));
    node.put("checksum", finding.checksum().jsonName());
    finding.statistics().ifPresent(s -> node.set("statistics", statistics(s)));
    return node;
  }

  /** JSON has no NaN: a tensor without a finite element has null there. */
  private static ObjectNode statistics(Statistics s) {
    ObjectNode node = JSON.objectNode();
    number(node, "min", s.min());
    number(node, "max", s.max());
    number(node, "mean", s.mean());
    return node.put("nan", s.nan()).put("inf", s.infinite());
  }

  private static void number(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }

  private static ObjectNode optimizer(Optimizer optimizer) {
    ObjectNode node = JSON.objectNode();
    node.put("name", optimizer.name());
    node.put("kind", optimizer.kind());
    ObjectNode hyperparameters = node.putObject("hyperparameters");
    optimizer.hyperparameters().forEach((k, v) -> hyperparameters.set(k, config(v)));
    ArrayNode slots = node.putArray("slots");
    for (Optimizer.Slot slot : optimizer.slots()) {
      slots
          .addObject()
          .put("slot", slot.slot())
          .put("variable", slot.variable())
          .put("stored", slot.stored());
    }
    node.set("counters", strings(optimizer.counters()));
    return node;
  }

  private static ObjectNode signature(Signature signature) {
    ObjectNode node = JSON.objectNode().put("name", signature.name());
    describe(node.putArray("inputs"), signature.inputs());
    describe(node.putArray("outputs"), signature.outputs());
    return node;
  }

  private static void describe(ArrayNode array, List<Signature.Tensor> tensors) {
    for (Signature.Tensor t : tensors) {
      ObjectNode node = array.addObject().put("name", t.key()).put("dtype", t.dtype().torchName());
      t.dims()
          .ifPresent(
              d -> {
                ArrayNode shape = node.putArray("shape");
                d.extents().forEach(shape::add);
              });
    }
  }

  private static ObjectNode graph(TfModel model) {
    ObjectNode node = JSON.objectNode().put("nodes", model.graph().nodes().size());
    ObjectNode ops = node.putObject("ops");
    model.graph().nodes().stream()
        .collect(Collectors.groupingBy(Node::op, TreeMap::new, Collectors.counting()))
        .forEach(ops::put);
    return node;
  }

  private static ObjectNode layer(Layer layer) {
    ObjectNode node = JSON.objectNode().put("name", layer.name()).put("class", layer.className());
    node.set("config", config(layer.config()));
    node.set("weights", strings(layer.weights()));
    ArrayNode layers = node.putArray("layers");
    layer.layers().forEach(l -> layers.add(layer(l)));
    return node;
  }

  static JsonNode config(Config value) {
    if (value instanceof Config.Absent) {
      return JSON.nullNode();
    }
    if (value instanceof Config.Bool b) {
      return JSON.booleanNode(b.value());
    }
    if (value instanceof Config.Whole w) {
      return JSON.numberNode(w.value());
    }
    if (value instanceof Config.Real r) {
      return Double.isFinite(r.value())
          ? JSON.numberNode(r.value())
          : JSON.textNode(String.valueOf(r.value()));
    }
    if (value instanceof Config.Text t) {
      return JSON.textNode(t.value());
    }
    if (value instanceof Config.Items items) {
      ArrayNode array = JSON.arrayNode();
      items.values().forEach(v -> array.add(config(v)));
      return array;
    }
    if (value instanceof Config.Fields fields) {
      ObjectNode node = JSON.objectNode();
      fields.values().forEach((k, v) -> node.set(k, config(v)));
      return node;
    }
    throw new AssertionError("no case for " + value.getClass().getSimpleName());
  }

  private static ArrayNode strings(List<String> values) {
    ArrayNode array = JSON.arrayNode();
    values.forEach(array::add);
    return array;
  }
}

package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.write.python.PythonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The {@code optimizer} of {@code conversion.json}: how to build it, and what it holds. */
final class OptimizerJson {
  private OptimizerJson() {}

  static ObjectNode of(TorchOptimizer optimizer) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("module", optimizer.module()).put("class", optimizer.className());
    ObjectNode arguments = node.putObject("arguments");
    optimizer.arguments().forEach((name, value) -> put(arguments, name, value));
    node.put("parameters", parameters(optimizer));
    node.put("kind", optimizer.kind()).put("exactness", optimizer.exactness());
    ArrayNode state = node.putArray("state");
    for (Map.Entry<String, List<TorchOptimizer.State>> entry : optimizer.state().entrySet()) {
      for (TorchOptimizer.State tensor : entry.getValue()) {
        state
            .addObject()
            .put("parameter", entry.getKey())
            .put("key", tensor.key())
            .put("dtype", tensor.recipe().dtype().torchName())
            .put("recipe", tensor.recipe().describe());
      }
    }
    node.set("assumed", ConversionFile.strings(optimizer.assumed()));
    return node;
  }

  static String parameters(TorchOptimizer optimizer) {
    return optimizer.isGrouped() ? "parameter_groups(model)" : "model.parameters()";
  }

  /** To be written behind the line that makes {@code model}. */
  static List<String> lines(TorchOptimizer optimizer, TorchModel model) {
    boolean isOwn = optimizer.rule().isPresent();
    List<String> names = new ArrayList<>();
    if (model.computes()) {
      names.add(model.className());
    }
    if (isOwn) {
      names.add(optimizer.className());
    }
    names.add("load_optimizer");
    if (optimizer.isGrouped()) {
      names.add("parameter_groups");
    }
    String arguments =
        optimizer.arguments().entrySet().stream()
            .map(e -> ", " + e.getKey() + "=" + PythonValue.print(e.getValue()))
            .collect(Collectors.joining());
    return List.of(
        "from model import " + String.join(", ", names),
        "optimizer = %s%s(%s%s)"
            .formatted(
                isOwn ? "" : "torch.optim.",
                optimizer.className(),
                parameters(optimizer),
                arguments),
        "load_optimizer(optimizer, model, \"optimizer.pt\")");
  }

  private static void put(ObjectNode into, String name, Config value) {
    if (value instanceof Config.Bool bool) {
      into.put(name, bool.value());
    } else if (value instanceof Config.Whole whole) {
      into.put(name, whole.value());
    } else if (value instanceof Config.Real real) {
      into.put(name, real.value());
    } else if (value instanceof Config.Items items) {
      ArrayNode array = into.putArray(name);
      items.values().forEach(v -> array.add(v instanceof Config.Real r ? r.value() : 0));
    } else {
      into.putNull(name);
    }
  }
}

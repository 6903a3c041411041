package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.CarriedSlots;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingLoop;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.write.python.PythonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The {@code optimizer} of {@code conversion.json}: how to build it, and what it holds. */
final class OptimizerJson {
  private OptimizerJson() {}

  static ObjectNode of(TrainingState training) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode state = JsonNodeFactory.instance.arrayNode();
    if (training instanceof TorchOptimizer optimizer) {
      node.put("module", optimizer.module()).put("class", optimizer.className());
      put(node, "arguments", new Config.Fields(optimizer.arguments()));
      node.put("parameters", parameters(optimizer));
      node.put("kind", optimizer.kind()).put("exactness", optimizer.exactness());
      if (optimizer.stepError() != 0) {
        node.put("step_error", optimizer.stepError());
      }
      loop(optimizer.loop(), node);
      states(optimizer, state);
    } else {
      CarriedSlots carried = (CarriedSlots) training;
      node.putNull("module").putNull("class");
      put(node, "arguments", new Config.Fields(carried.settings()));
      node.put("kind", carried.kind()).put("reason", carried.reason());
      states(carried, state);
    }
    node.set("state", state);
    node.set("assumed", ConversionFile.strings(training.assumed()));
    if (training instanceof TorchOptimizer optimizer && !optimizer.lossy().isEmpty()) {
      node.set("lossy", ConversionFile.strings(optimizer.lossy()));
    }
    return node;
  }

  /** What goes around the step: functions of {@code model.py}, and what they are made from. */
  private static void loop(TrainingLoop loop, ObjectNode node) {
    if (!loop.around().isEmpty()) {
      ObjectNode step = node.putObject("step");
      step.put("module", "model").put("function", "apply_gradients");
      put(step, "options", new Config.Fields(loop.around()));
    }
    if (loop.schedule().isPresent()) {
      TrainingLoop.Schedule schedule = loop.schedule().get();
      ObjectNode scheduler = node.putObject("scheduler");
      scheduler.put("module", "torch.optim.lr_scheduler").put("class", schedule.className());
      put(scheduler, "arguments", new Config.Fields(schedule.arguments()));
      scheduler.put("function", "lr_scheduler").put("kind", schedule.kind());
      put(scheduler, "settings", new Config.Fields(schedule.config()));
      scheduler.put("initial_lr", schedule.first()).put("lr", schedule.rate());
      scheduler.putObject("state").put("last_epoch", schedule.done());
    }
    if (loop.scaling().isPresent()) {
      TrainingLoop.Scaling scaling = loop.scaling().get();
      ObjectNode scaler = node.putObject("grad_scaler");
      scaler.put("module", "torch.amp").put("class", "GradScaler").put("function", "grad_scaler");
      scaler
          .putObject("state")
          .put("scale", scaling.scale())
          .put("growth_interval", scaling.growthInterval())
          .put("_growth_tracker", scaling.grown());
    }
  }

  private static void states(TorchOptimizer optimizer, ArrayNode into) {
    int index = 0;
    for (TorchOptimizer.Group group : optimizer.groups()) {
      for (String parameter : group.parameters()) {
        String path = "state." + index++ + ".";
        optimizer
            .state()
            .getOrDefault(parameter, List.of())
            .forEach(t -> into.add(tensor(path, t).put("parameter", parameter)));
      }
    }
  }

  private static void states(CarriedSlots carried, ArrayNode into) {
    carried
        .slots()
        .forEach(
            (parameter, slots) ->
                slots.forEach(
                    t ->
                        into.add(
                            tensor("slots." + parameter + ".", t).put("parameter", parameter))));
    carried
        .others()
        .forEach(
            (name, recipe) ->
                into.add(tensor("variables.", new TorchOptimizer.State(name, recipe))));
  }

  /** The path is that of the tensor in {@code optimizer.pt}, its keys joined by dots. */
  private static ObjectNode tensor(String path, TorchOptimizer.State tensor) {
    ArrayNode shape = JsonNodeFactory.instance.arrayNode();
    tensor.recipe().shape().dims().forEach(shape::add);
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.set("shape", shape);
    return node.put("path", path + tensor.key())
        .put("key", tensor.key())
        .put("dtype", tensor.recipe().dtype().torchName())
        .put("recipe", tensor.recipe().describe());
  }

  static String parameters(TorchOptimizer optimizer) {
    return optimizer.isGrouped() ? "parameter_groups(model)" : "model.parameters()";
  }

  /** To be written behind the line that makes {@code model}. */
  static List<String> lines(TorchOptimizer optimizer, TorchModel model) {
    boolean isOwn = !optimizer.isStock();
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
    TrainingLoop loop = optimizer.loop();
    List<String> more = new ArrayList<>();
    if (loop.schedule().isPresent()) {
      names.add("lr_scheduler");
      more.add("scheduler = lr_scheduler(optimizer)");
    }
    if (loop.scaling().isPresent()) {
      names.add("grad_scaler");
      more.add("scaler = grad_scaler(\"cuda\")");
    }
    if (!loop.around().isEmpty()) {
      names.add("apply_gradients");
      more.add(
          loop.scaling().isPresent()
              ? "apply_gradients(optimizer, scaler)  # in the place of each scaler.step(optimizer)"
              : "apply_gradients(optimizer)  # in the place of each optimizer.step()");
    }
    String arguments =
        optimizer.arguments().entrySet().stream()
            .map(e -> ", " + e.getKey() + "=" + PythonValue.print(e.getValue()))
            .collect(Collectors.joining());
    List<String> lines = new ArrayList<>();
    lines.add("from model import " + String.join(", ", names));
    lines.add(
        "optimizer = %s%s(%s%s)"
            .formatted(
                isOwn ? "" : "torch.optim.",
                optimizer.className(),
                parameters(optimizer),
                arguments));
    lines.add("load_optimizer(optimizer, model, \"optimizer.pt\")");
    lines.addAll(more);
    return List.copyOf(lines);
  }

  private static void put(ObjectNode into, String name, Config value) {
    if (value instanceof Config.Bool bool) {
      into.put(name, bool.value());
    } else if (value instanceof Config.Whole whole) {
      into.put(name, whole.value());
    } else if (value instanceof Config.Real real) {
      into.put(name, real.value());
    } else if (value instanceof Config.Text text) {
      into.put(name, text.value());
    } else if (value instanceof Config.Fields fields) {
      ObjectNode inner = into.putObject(name);
      fields.values().forEach((key, v) -> put(inner, key, v));
    } else if (value instanceof Config.Items items) {
      ObjectNode numbered = JsonNodeFactory.instance.objectNode();
      ArrayNode array = into.putArray(name);
      for (Config item : items.values()) {
        put(numbered, "item", item);
        array.add(numbered.get("item"));
      }
    } else {
      into.putNull(name);
    }
  }
}

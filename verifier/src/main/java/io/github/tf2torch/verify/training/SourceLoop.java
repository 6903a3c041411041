package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TrainingLoop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What {@code conversion.json} says of the step, beside what the source says of it.
 *
 * @param told the optimizer of {@code conversion.json}
 * @param loop of the source
 */
record SourceLoop(JsonNode told, TrainingLoop loop) {

  /** What is another, for people; empty where all is the same. */
  List<String> differences() {
    List<String> words = new ArrayList<>();
    JsonNode options = told.path("step").path("options");
    Set<String> names = new LinkedHashSet<>(loop.around().keySet());
    options.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      Config source = loop.around().getOrDefault(name, new Config.Absent());
      Config here = OptimizerNumbers.of(options.path(name));
      if (!OptimizerNumbers.isSame(source, here)) {
        words.add(
            "%s is %s in conversion.json, by the source it is %s"
                .formatted(name, OptimizerNumbers.text(here), OptimizerNumbers.text(source)));
      }
    }
    JsonNode scaler = told.path("grad_scaler").path("state");
    loop.scaling()
        .filter(s -> scaler.path("scale").asDouble() != s.scale())
        .ifPresent(
            s ->
                words.add(
                    "the grad_scaler's scale is %s in conversion.json, by the source it is %s"
                        .formatted(scaler.path("scale").asText("None"), s.scale())));
    return words;
  }

  /** What {@code conversion.json} should say. */
  JsonNode corrected() {
    ObjectNode right = told.deepCopy();
    ObjectNode options = right.putObject("step").putObject("options");
    loop.around()
        .forEach(
            (name, value) -> {
              if (value instanceof Config.Whole whole) {
                options.put(name, whole.value());
              } else if (value instanceof Config.Real real) {
                options.put(name, real.value());
              }
            });
    loop.scaling()
        .ifPresent(
            s ->
                right
                    .putObject("grad_scaler")
                    .putObject("state")
                    .put("scale", s.scale())
                    .put("growth_interval", s.growthInterval())
                    .put("_growth_tracker", s.grown()));
    return right;
  }
}

package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingLoop;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.rules.optimizer.TorchSteps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PyTorch 2.13 took five steps in float64; what describes them has to take the same. */
class TorchStepsTest {
  private static JsonNode told() throws IOException {
    return new ObjectMapper()
        .readTree(TorchStepsTest.class.getResourceAsStream("/optimizer/torch_steps.json"));
  }

  static Stream<String> cases() throws IOException {
    List<String> names = new ArrayList<>();
    told().fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRuleStepsAsPyTorchDoes(String name) throws IOException {
    JsonNode recorded = told().path(name);
    Map<String, Config> settings = new LinkedHashMap<>();
    recorded
        .path("arguments")
        .fields()
        .forEachRemaining(e -> settings.put(e.getKey(), config(e.getValue())));
    TorchOptimizer optimizer = described(recorded.path("class").asText(), settings);
    double[] p = doubles(recorded.path("first"));
    Map<String, Map<String, double[]>> state = new HashMap<>();
    RuleRun run = new RuleRun(optimizer, Map.of("p", p), state);
    for (JsonNode gradient : recorded.path("gradients")) {
      run.step(Map.of("p", doubles(gradient)));
    }
    assertThat(p).containsExactly(doubles(recorded.path("last")), within(1e-14));
    recorded
        .path("state")
        .fields()
        .forEachRemaining(
            e ->
                assertThat(state.get("p").get(e.getKey()))
                    .as(e.getKey())
                    .containsExactly(doubles(e.getValue()), within(1e-14)));
  }

  private static TorchOptimizer described(String className, Map<String, Config> settings) {
    UpdateRule none =
        new UpdateRule(
            "",
            "",
            Map.of(),
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty());
    TorchOptimizer plain = optimizer(className, settings, none);
    UpdateRule rule = TorchSteps.of(plain).orElseThrow();
    Map<String, Config> numbers = TorchSteps.numbers(settings);
    rule.counters().forEach(numbers::putIfAbsent);
    return optimizer(className, numbers, rule);
  }

  private static TorchOptimizer optimizer(
      String className, Map<String, Config> settings, UpdateRule rule) {
    return new TorchOptimizer(
        className,
        "torch.optim",
        className,
        settings,
        List.of(new TorchOptimizer.Group(settings, List.of("p"))),
        false,
        Map.of(),
        rule,
        TrainingLoop.PLAIN,
        "",
        0,
        List.of(),
        List.of());
  }

  private static Config config(JsonNode value) {
    if (value.isArray()) {
      List<Config> items = new ArrayList<>();
      value.forEach(v -> items.add(config(v)));
      return new Config.Items(items);
    }
    return value.isBoolean()
        ? new Config.Bool(value.asBoolean())
        : new Config.Real(value.asDouble());
  }

  private static double[] doubles(JsonNode array) {
    double[] all = new double[array.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = array.get(i).asDouble();
    }
    return all;
  }
}

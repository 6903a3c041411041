package io.github.tf2torch.verify.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TrainingLoop;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.verify.engine.TorchFrame;
import io.github.tf2torch.verify.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the conversion says of a training step beside the optimizer, in {@code conversion.json} and
 * {@code optimizer.pt}: the stages of {@code apply_gradients}, in its order.
 *
 * @param options by TensorFlow's words for them
 * @param scale what the loss is multiplied by, where a GradScaler does
 * @param batches how many there were before the hand-over
 * @param isAveraged whether the optimizer's state has averages
 */
public record ConvertedLoop(
    Map<String, Double> options, Optional<Scaler> scale, long batches, boolean isAveraged)
    implements TorchFrame {
  public ConvertedLoop {
    options = Map.copyOf(options);
  }

  /**
   * {@code torch.amp.GradScaler}: doubles its scale behind so many steps in which all was finite.
   */
  public record Scaler(double now, long interval, long grown) {
    public Scaler after(int steps) {
      Scaler scaler = this;
      for (int i = 0; i < steps; i++) {
        scaler =
            scaler.grown + 1 == interval
                ? new Scaler(2 * scaler.now, interval, 0)
                : new Scaler(scaler.now, interval, scaler.grown + 1);
      }
      return scaler;
    }
  }

  /**
   * @param optimizer of {@code conversion.json}
   * @param group the first of {@code optimizer.pt}
   */
  public static ConvertedLoop of(
      JsonNode optimizer, Map<String, Config> group, boolean isAveraged) {
    Map<String, Double> options = new LinkedHashMap<>();
    optimizer
        .path("step")
        .path("options")
        .fields()
        .forEachRemaining(e -> options.put(e.getKey(), e.getValue().asDouble()));
    JsonNode scaler = optimizer.path("grad_scaler").path("state");
    return new ConvertedLoop(
        options,
        scaler.isMissingNode()
            ? Optional.empty()
            : Optional.of(
                new Scaler(
                    scaler.path("scale").asDouble(),
                    scaler.path("growth_interval").asLong(),
                    scaler.path("_growth_tracker").asLong())),
        group.get(TrainingLoop.BATCHES) instanceof Config.Whole b ? b.value() : 0,
        isAveraged);
  }

  /** For the end of a sentence; empty where there is nothing around the step. */
  public static String around(JsonNode optimizer) {
    ConvertedLoop loop = of(optimizer, Map.of(), false);
    List<String> names = new ArrayList<>(loop.options().keySet().stream().sorted().toList());
    loop.scale().ifPresent(s -> names.add("grad_scaler"));
    return names.isEmpty() ? "" : ", with " + String.join(", ", names) + " around the step";
  }

  /** What it keeps beside each parameter. */
  public List<String> kept() {
    List<String> kept = new ArrayList<>();
    if (gathers() > 1) {
      kept.add(LoopRules.GATHERED);
    }
    if (options.containsKey("ema_momentum")) {
      kept.add(LoopRules.AVERAGE);
    }
    return kept;
  }

  private long gathers() {
    return Math.max(1, Math.round(number("gradient_accumulation_steps")));
  }

  private double number(String option) {
    return options.getOrDefault(option, 0.0);
  }

  @Override
  public List<Stage> batch(int done) {
    List<Stage> stages = new ArrayList<>();
    long count = batches + done;
    boolean isStep = (count + 1) % gathers() == 0;
    scale.ifPresent(s -> stages.add(ofGradients("unscale", Map.of("scale", s.after(done).now()))));
    if (options.containsKey("loss_scale_factor")) {
      stages.add(ofGradients("unscale", Map.of("scale", number("loss_scale_factor"))));
    }
    if (gathers() > 1) {
      stages.add(
          isStep
              ? ofGradients("mean", Map.of("batches", (double) gathers()))
              : ofGradients("gather", Map.of()));
    }
    if (isStep) {
      clip(stages);
      if (options.containsKey("weight_decay")) {
        stages.add(ofParameters("weight_decay", Map.of("decay", number("weight_decay"))));
      }
      stages.add(Stage.step());
    }
    if (options.containsKey("ema_momentum")) {
      average(stages, count / gathers(), done);
    }
    return stages;
  }

  private void clip(List<Stage> stages) {
    for (String option : List.of("clipnorm", "global_clipnorm", "clipvalue")) {
      if (options.containsKey(option)) {
        if (option.equals("global_clipnorm")) {
          stages.add(stage(Subject.NORM, "sum of squares", Map.of()));
        }
        stages.add(ofGradients(option, Map.of("most", number(option))));
        return;
      }
    }
  }

  private void average(List<Stage> stages, long steps, int done) {
    boolean isFirst = steps == 0 || !isAveraged && done == 0;
    double momentum = isFirst ? 0 : number("ema_momentum");
    stages.add(ofParameters(LoopRules.AVERAGE, Map.of("momentum", momentum)));
    long overwrites = Math.round(number("ema_overwrite_frequency"));
    if (overwrites > 0 && (steps + 1) % overwrites == 0) {
      stages.add(ofParameters("overwrite", Map.of()));
    }
  }

  private static Stage ofGradients(String name, Map<String, Double> numbers) {
    return stage(Subject.GRADIENT, name, numbers);
  }

  private static Stage ofParameters(String name, Map<String, Double> numbers) {
    return stage(Subject.PARAMETER, name, numbers);
  }

  private static Stage stage(Subject subject, String name, Map<String, Double> numbers) {
    UpdateRule rule = LoopRules.ALL.get(name);
    Map<String, Double> ordered = new LinkedHashMap<>();
    rule.numbers().forEach(n -> ordered.put(n, numbers.getOrDefault(n, Double.NaN)));
    return new Stage(
        subject, name, rule.state().stream().map(UpdateRule.State::name).toList(), ordered);
  }
}

package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.VariableStep;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * An optimizer's step.
 *
 * @param kept what stays beside the variable
 * @param counted the numbers of each step
 * @param body its operations
 */
public record Step(
    List<Kept> kept, IntFunction<Map<String, Double>> counted, Consumer<StepOps> body)
    implements VariableStep {
  public Step {
    kept = List.copyOf(kept);
  }

  /**
   * A slot.
   *
   * @param name here
   * @param stored what sources call it
   * @param converted what the conversion's classes and PyTorch's call it
   * @param initial every element of it before the first step of all
   */
  public record Kept(String name, List<String> stored, List<String> converted, double initial) {
    public Kept {
      stored = List.copyOf(stored);
      converted = List.copyOf(converted);
    }
  }

  /** One that counts nothing. */
  static Step of(List<Kept> kept, Consumer<StepOps> body) {
    return new Step(kept, done -> Map.of(), body);
  }

  @Override
  public Map<String, Double> slots() {
    Map<String, Double> slots = new LinkedHashMap<>();
    kept.forEach(k -> slots.put(k.name(), k.initial()));
    return Collections.unmodifiableMap(slots);
  }

  @Override
  public Map<String, Double> numbers(int done) {
    return counted.apply(done);
  }

  @Override
  public void add(StepOps ops) {
    body.accept(ops);
  }
}

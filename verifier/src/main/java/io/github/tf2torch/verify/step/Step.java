package io.github.tf2torch.verify.step;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.VariableStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

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
   * @param without the axis of the variable that it has not, being means along it
   */
  public record Kept(
      String name,
      List<String> stored,
      List<String> converted,
      double initial,
      OptionalInt without) {
    public Kept {
      stored = List.copyOf(stored);
      converted = List.copyOf(converted);
    }

    /** One of the variable's shape. */
    public Kept(String name, List<String> stored, List<String> converted, double initial) {
      this(name, stored, converted, initial, OptionalInt.empty());
    }

    /** Its shape beside a variable of this one. */
    public Shape shape(Shape variable) {
      List<Long> dims = new ArrayList<>(variable.dims());
      without.ifPresent(dims::remove);
      return new Shape(dims);
    }
  }

  /** One that counts nothing. */
  static Step of(List<Kept> kept, Consumer<StepOps> body) {
    return new Step(kept, done -> Map.of(), body);
  }

  /** The same at these rates, of each step, which its operations take as {@code lr}. */
  public Step at(IntToDoubleFunction rates) {
    return new Step(
        kept,
        done -> {
          Map<String, Double> numbers = new LinkedHashMap<>(counted.apply(done));
          numbers.put("lr", rates.applyAsDouble(done));
          return numbers;
        },
        body);
  }

  @Override
  public Map<String, Double> slots() {
    Map<String, Double> slots = new LinkedHashMap<>();
    kept.forEach(k -> slots.put(k.name(), k.initial()));
    return Collections.unmodifiableMap(slots);
  }

  @Override
  public Shape shape(String slot, Shape variable) {
    return kept.stream()
        .filter(k -> k.name().equals(slot))
        .findFirst()
        .orElseThrow()
        .shape(variable);
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

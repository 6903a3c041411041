package io.github.tf2torch.verify.engine;

import io.github.tf2torch.tensor.TensorValue;
import java.util.List;

/**
 * What one run gave, in the memory where the engine put it. It outlives the engine; the memory is
 * given back by {@link #close}.
 */
public final class RunResult implements AutoCloseable {
  private final List<TensorView> values;
  private final AutoCloseable memory;
  private boolean isClosed;

  RunResult(List<TensorView> values, AutoCloseable memory) {
    this.values = List.copyOf(values);
    this.memory = memory;
  }

  /** Of values that Java keeps. */
  public static RunResult of(List<TensorValue> values) {
    return new RunResult(values.stream().map(TensorView::of).toList(), () -> {});
  }

  /** In the order in which they were asked for. */
  public List<TensorView> values() {
    if (isClosed) {
      throw new IllegalStateException("the run's memory has been given back");
    }
    return values;
  }

  /** All of them, to be kept. */
  List<TensorValue> copies() {
    return values().stream().map(TensorView::copy).toList();
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try {
      memory.close();
    } catch (Exception e) {
      throw new EngineFailure("the memory of a run is not given back: " + e.getMessage(), e);
    }
  }
}

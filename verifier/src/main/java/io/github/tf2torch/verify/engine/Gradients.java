package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import java.util.List;
import java.util.Optional;

/** TensorFlow's gradients, where it put them; gone with {@link #close}. */
public final class Gradients implements AutoCloseable {
  private final List<Endpoint> targets;
  private final RunResult values;

  Gradients(List<Endpoint> targets, RunResult values) {
    this.targets = List.copyOf(targets);
    this.values = values;
  }

  /** Of one target; empty where no output depends on it. */
  public Optional<TensorView> of(Endpoint target) {
    int place = targets.indexOf(target);
    return place < 0 ? Optional.empty() : Optional.of(values.values().get(place));
  }

  @Override
  public void close() {
    values.close();
  }
}

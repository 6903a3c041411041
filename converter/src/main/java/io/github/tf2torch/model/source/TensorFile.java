package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.TensorSource;
import java.io.Closeable;
import java.util.List;

/**
 * Named tensors in one or more files, TensorFlow's or PyTorch's. Nothing of them is in memory; the
 * files stay open until {@link #close}. May be used by several threads.
 */
public interface TensorFile extends Closeable {
  Provenance provenance();

  /** In the order of the file. A tensor that has several names is one variable with aliases. */
  List<Variable> variables();

  /** Reads by {@link Variable#name()}. */
  TensorSource tensors();

  /** What was left out or is doubtful, for people; empty as a rule. */
  default List<String> problems() {
    return List.of();
  }
}

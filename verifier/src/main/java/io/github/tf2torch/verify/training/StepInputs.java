package io.github.tf2torch.verify.training;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.subject.Subject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What both sides take in the steps of a training: the subject's inputs each time, and in their
 * place what is another in each step, by the inputs' keys.
 */
public record StepInputs(List<Map<String, TensorValue>> others) {
  /** The same in every step. */
  static final StepInputs SAME = new StepInputs(List.of());

  public StepInputs {
    others = List.copyOf(others);
  }

  /**
   * The inputs of one step.
   *
   * @param step from 0
   */
  Map<String, TensorValue> of(Subject subject, int step) {
    if (others.isEmpty()) {
      return subject.inputs();
    }
    Map<String, TensorValue> inputs = new LinkedHashMap<>(subject.inputs());
    inputs.putAll(others.get(step));
    return inputs;
  }
}

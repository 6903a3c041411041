package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What TensorFlow's variables say of each parameter's slots, in float64. */
final class SourceSlots {
  private SourceSlots() {}

  /** By parameter, then by PyTorch's key. */
  static Map<String, Map<String, TensorValue>> of(TorchOptimizer optimizer, Subject subject)
      throws IOException {
    Map<String, Map<String, TensorValue>> all = new LinkedHashMap<>();
    for (Map.Entry<String, List<TorchOptimizer.State>> held : optimizer.state().entrySet()) {
      Map<String, TensorValue> slots = new LinkedHashMap<>();
      for (TorchOptimizer.State slot : held.getValue()) {
        TensorValue value = Evaluation.value(slot.recipe(), subject.tensorflow().tensors());
        slots.put(slot.key(), TensorValue.ofDoubles(DType.FLOAT64, value.shape(), value.doubles()));
      }
      all.put(held.getKey(), slots);
    }
    return all;
  }
}

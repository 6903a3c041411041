package io.github.tf2torch.write.pass;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which tensors are one: made the same way from the same variables, under several names. */
public final class TiedTensors {
  private TiedTensors() {}

  /** Name → the first tensor that is the same; of those alone that are not the first. */
  public static Map<String, String> of(List<TorchModel.Tensor> tensors) {
    Map<TensorExpr, String> first = new HashMap<>();
    Map<String, String> tied = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : tensors) {
      // Two counters that begin at 0 are still two.
      if (!tensor.recipe().variables().isEmpty()) {
        String other = first.putIfAbsent(tensor.recipe(), tensor.name());
        if (other != null) {
          tied.put(tensor.name(), other);
        }
      }
    }
    return tied;
  }
}

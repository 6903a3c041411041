package io.github.tf2torch.verify.run;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TorchFrame;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What goes on around PyTorch's steps, as the conversion's files have it.
 *
 * @param batches how many of them are to come
 * @param kept of each parameter, in the type of the run
 */
public record LoopState(
    ConvertedLoop loop, int batches, Map<String, Map<String, TensorValue>> kept) {
  public LoopState {
    kept = Map.copyOf(kept);
  }

  /** The stages that have an archive. */
  Set<String> stages() {
    Set<String> stages = new LinkedHashSet<>();
    for (int i = 0; i < batches; i++) {
      loop.batch(i).stream()
          .map(TorchFrame.Stage::archive)
          .filter(n -> !n.isEmpty())
          .forEach(stages::add);
    }
    return stages;
  }
}

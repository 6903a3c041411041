package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The taps of a program in groups that are small enough to be held by both engines at once. Each
 * group costs a run of everything, so there are as few as can be.
 */
final class TapGroups {
  /** Of one engine's float64 answer. ResNet50 at 224, two images, is 0.6 GB and one group. */
  static final long BUDGET_BYTES = 1L << 30;

  /** Assumed of a tap whose shape only a run tells. */
  private static final long UNKNOWN_BYTES = 16L << 20;

  private TapGroups() {}

  /** At least one group, in the order of computation; a larger tap than the budget is alone. */
  static List<List<TorchModel.Tap>> of(
      List<TorchModel.Tap> taps, Map<Endpoint, Shape> shapes, long budgetBytes) {
    List<List<TorchModel.Tap>> groups = new ArrayList<>();
    List<TorchModel.Tap> group = new ArrayList<>();
    long held = 0;
    for (TorchModel.Tap tap : taps) {
      Shape shape = shapes.get(tap.source());
      long bytes = shape == null ? UNKNOWN_BYTES : shape.count() * DType.FLOAT64.bytes();
      if (!group.isEmpty() && bytes > budgetBytes - held) {
        groups.add(List.copyOf(group));
        group.clear();
        held = 0;
      }
      group.add(tap);
      held += bytes;
    }
    groups.add(List.copyOf(group));
    return groups;
  }
}

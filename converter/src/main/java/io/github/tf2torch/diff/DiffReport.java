package io.github.tf2torch.diff;

import io.github.tf2torch.diff.TensorDifference.Verdict;
import io.github.tf2torch.model.source.Provenance;
import java.util.List;

/** Every tensor of two files, and whether they agree. */
public record DiffReport(
    Provenance a, Provenance b, Tolerance tolerance, List<TensorDifference> tensors) {
  public DiffReport {
    tensors = List.copyOf(tensors);
  }

  /** Whether both have the same tensors, and at least one: nothing compared is no agreement. */
  public boolean isSame() {
    return tensors.stream().allMatch(t -> t.verdict().isSame())
        && tensors.stream().anyMatch(t -> t.values().isPresent());
  }

  public long count(Verdict verdict) {
    return tensors.stream().filter(t -> t.verdict() == verdict).count();
  }
}

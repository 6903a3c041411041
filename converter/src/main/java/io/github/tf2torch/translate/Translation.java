package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A source model as a torch program, and the account of its variables.
 *
 * @param folded nodes of the source's graph, computed of constants alone, that the program holds as
 *     numbers
 */
public record Translation(TorchModel model, Account account, Set<String> folded) {
  public Translation {
    folded = Set.copyOf(folded);
  }

  /** Of what is no graph, or is as the graph computes it. */
  public Translation(TorchModel model, Account account) {
    this(model, account, Set.of());
  }

  /** The same as another program. */
  public Translation withModel(TorchModel other) {
    return with(other, account);
  }

  /** The same as another program, which tells of its variables in another way. */
  public Translation with(TorchModel other, Account ofIt) {
    return new Translation(other, ofIt, folded);
  }

  /** The same, telling of further choices. */
  public Translation assuming(List<String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(account.assumed());
    all.addAll(more);
    return with(model, account.withAssumed(all));
  }
}

package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.List;

/** A source model as a torch program, and the account of its variables. */
public record Translation(TorchModel model, Account account) {
  /** The same, telling of further choices. */
  public Translation assuming(List<String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(account.assumed());
    all.addAll(more);
    return new Translation(model, account.withAssumed(all));
  }
}

package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.translate.Account;

/** Where every variable would go and every tensor comes from, before anything is written. */
final class AccountText {
  private AccountText() {}

  static String of(Conversion planned) {
    StringBuilder text = new StringBuilder();
    Account account = planned.translation().account();
    for (TorchModel.Tensor tensor : planned.translation().model().tensors()) {
      text.append(
          "%s %s %s = %s%n"
              .formatted(
                  tensor.name(),
                  tensor.recipe().dtype().torchName(),
                  tensor.recipe().shape(),
                  tensor.recipe().describe()));
    }
    account
        .dropped()
        .forEach(d -> text.append("dropped    %s: %s%n".formatted(d.name(), d.reason())));
    account.unknown().forEach(u -> text.append("unknown    ").append(u).append('\n'));
    account.assumed().forEach(a -> text.append("assumed    ").append(a).append('\n'));
    account.lossy().forEach(l -> text.append("lossy      ").append(l).append('\n'));
    return text.append("written    nothing, as --dry-run asks\n").toString();
  }
}

package io.github.tf2torch.cli;

import static io.github.tf2torch.cli.Counts.counted;
import static io.github.tf2torch.cli.Counts.grouped;

import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.translate.Account;

/** What a person reads after a conversion. */
public final class ConversionSummary {
  private static final int SHOWN = 2;

  private ConversionSummary() {}

  public static String of(Conversion conversion) {
    TorchModel model = conversion.translation().model();
    Account account = conversion.translation().account();
    StringBuilder text = new StringBuilder();
    long numbers =
        model.tensors().stream()
            .filter(t -> t.kind() == TorchModel.Kind.PARAMETER)
            .map(t -> t.recipe().shape())
            .mapToLong(Shape::count)
            .sum();
    text.append("converted  ")
        .append(
            model.computes()
                ? model.className() + ": " + counted(model.modules().size(), "module")
                : "weights alone")
        .append(model.computes() ? ", " : ": ")
        .append(counted(model.tensors().size(), "tensor"))
        .append(", ")
        .append(grouped(numbers))
        .append(" parameters\n");
    text.append("variables  ")
        .append(conversion.source().variables().size())
        .append(" in the source: ")
        .append(conversion.dropped().size())
        .append(" dropped, ")
        .append(account.unknown().size())
        .append(" unknown\n");
    account.assumed().stream()
        .limit(SHOWN)
        .forEach(a -> text.append("assumed    ").append(a).append('\n'));
    if (account.assumed().size() > SHOWN) {
      int more = account.assumed().size() - SHOWN;
      text.append("assumed    ").append(more).append(" more of the kind, in conversion.json\n");
    }
    account.lossy().forEach(l -> text.append("lossy      ").append(l).append('\n'));
    conversion.optimizer().ifPresent(o -> text.append(OptimizerSummary.of(o, model)));
    text.append("written    ")
        .append(conversion.directory())
        .append(": ")
        .append(String.join(", ", conversion.files()))
        .append('\n');
    return text.toString();
  }
}

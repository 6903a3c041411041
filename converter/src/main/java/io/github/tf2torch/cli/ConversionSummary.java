package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.translate.Account;
import java.util.Locale;

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
    text.append(
        String.format(
            Locale.ROOT,
            "converted  %s%s, %,d parameters%n",
            model.computes()
                ? model.className() + ": " + counted(model.modules().size(), "module") + ", "
                : "weights alone: ",
            counted(model.tensors().size(), "tensor"),
            numbers));
    text.append(
        String.format(
            Locale.ROOT,
            "variables  %d in the source: %d dropped, %d unknown%n",
            conversion.source().variables().size(),
            conversion.dropped().size(),
            account.unknown().size()));
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

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}

package io.github.tf2torch.cli;

import io.github.tf2torch.convert.BackConversion;
import io.github.tf2torch.translate.Account;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a person reads after a checkpoint was made of a conversion. */
final class BackSummary {
  private BackSummary() {}

  static String of(BackConversion back) {
    StringBuilder text = new StringBuilder();
    long bytes = back.variables().stream().mapToLong(BackConversion.Written::bytes).sum();
    line(
        text,
        "back       %d variables, %s bytes, from %s%n",
        back.variables().size(),
        Counts.grouped(bytes),
        back.from().stream()
            .map(Path::getFileName)
            .map(String::valueOf)
            .collect(Collectors.joining(", ")));
    back.left().stream()
        .collect(
            Collectors.groupingBy(
                Account.Dropped::reason,
                java.util.TreeMap::new,
                Collectors.mapping(Account.Dropped::name, Collectors.toList())))
        .forEach(
            (reason, names) -> line(text, "left out   %s: %s%n", RawSummary.shown(names), reason));
    line(text, "written    %s%n", back.prefix());
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments));
  }
}

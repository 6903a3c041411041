package io.github.tf2torch.cli;

import io.github.tf2torch.convert.RawConversion;
import io.github.tf2torch.translate.Account;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a person reads after variables were written as they are stored. */
final class RawSummary {
  private static final int SHOWN = 3;

  private RawSummary() {}

  static String of(RawConversion conversion) {
    StringBuilder text = new StringBuilder();
    long bytes =
        conversion.tensors().stream()
            .mapToLong(t -> t.recipe().shape().count() * t.recipe().dtype().bytes())
            .sum();
    line(
        text,
        "stored     %d tensors, %s bytes (%s)%n",
        conversion.tensors().size(),
        Counts.grouped(bytes),
        conversion.source().format());
    if (!conversion.strings().isEmpty()) {
      line(text, "strings    %d variables, in strings.json%n", conversion.strings().size());
    }
    long tied = conversion.variables().stream().filter(v -> !v.aliases().isEmpty()).count();
    if (tied > 0) {
      line(text, "aliases    %d with other names, too; each is written once%n", tied);
    }
    Map<String, List<String>> dropped =
        conversion.dropped().stream()
            .collect(
                Collectors.groupingBy(
                    Account.Dropped::reason,
                    TreeMap::new,
                    Collectors.mapping(Account.Dropped::name, Collectors.toList())));
    dropped.forEach((reason, names) -> line(text, "left out   %s: %s%n", shown(names), reason));
    shortened(conversion.assumed()).forEach(a -> line(text, "assumed    %s%n", a));
    line(
        text, "written    %s: %s%n", conversion.directory(), String.join(", ", conversion.files()));
    return text.toString();
  }

  static String shown(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }

  private static List<String> shortened(List<String> lines) {
    return lines.subList(0, Math.min(SHOWN, lines.size()));
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments));
  }
}

package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.recorded.TraceRun;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.SourceKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** For people: what each check asks, and of what it is run, or why it is not. */
final class CheckTable {
  private static final String RUN = "run";
  private static final String MODEL = "your own model (--torch)";
  private static final String TRACE = "a trace (--trace)";

  private final StringBuilder text = new StringBuilder();

  /** Reasons in the order of their numbers. */
  private final List<String> reasons = new ArrayList<>();

  private CheckTable() {}

  static String text() {
    CheckTable table = new CheckTable();
    int name = CheckName.ALL.stream().mapToInt(String::length).max().orElseThrow();
    Checks.ALL.forEach(c -> table.line("%-" + name + "s  %s", c.name(), c.question()));
    table.line("");
    table.rows();
    table.line("");
    for (int i = 0; i < table.reasons.size(); i++) {
      table.line("%d  not checked: %s", i + 1, table.reasons.get(i));
    }
    table.line(
        "A check that can't be run of a model at hand is \"not checked\", and says why; it never"
            + " counts as passed.");
    return table.text.toString();
  }

  private void rows() {
    Map<String, Function<Check, Optional<String>>> rows = new LinkedHashMap<>();
    for (SourceKind kind : SourceKind.values()) {
      rows.put(kind.text(), check -> check.unaskedOf(kind));
    }
    rows.put(MODEL, check -> OwnModel.unasked(check.name()));
    rows.put(TRACE, check -> TraceRun.unasked(check.name()));
    int width = rows.keySet().stream().mapToInt(String::length).max().orElseThrow();
    line("%-" + width + "s  %s", "", String.join("  ", CheckName.ALL));
    rows.forEach(
        (row, unasked) -> {
          StringBuilder cells = new StringBuilder();
          for (Check check : Checks.ALL) {
            String cell = unasked.apply(check).map(this::number).orElse(RUN);
            cells.append(String.format("%-" + (check.name().length() + 2) + "s", cell));
          }
          line("%-" + width + "s  %s", row, cells.toString().stripTrailing());
        });
  }

  private String number(String reason) {
    if (!reasons.contains(reason)) {
      reasons.add(reason);
    }
    return Integer.toString(reasons.indexOf(reason) + 1);
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}

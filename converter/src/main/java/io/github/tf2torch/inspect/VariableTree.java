package io.github.tf2torch.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Variables by the parts of their names, a line each; a part with a single child joins its line.
 */
final class VariableTree {
  private static final int WIDEST_NAME = 60;

  private final Map<String, VariableTree> children = new LinkedHashMap<>();
  private Optional<Finding> finding = Optional.empty();

  /** A row before its columns are aligned. */
  private record Row(String name, Optional<Finding> finding) {}

  static List<String> lines(List<Finding> findings) {
    VariableTree root = new VariableTree();
    for (Finding finding : findings) {
      VariableTree at = root;
      for (String part : finding.variable().name().split("/", -1)) {
        at = at.children.computeIfAbsent(part, p -> new VariableTree());
      }
      at.finding = Optional.of(finding);
    }
    List<Row> rows = new ArrayList<>();
    root.children.forEach((name, child) -> child.collect("  ", name, rows));
    int width = rows.stream().mapToInt(r -> r.name().length()).max().orElse(0);
    return rows.stream().map(r -> line(r, Math.min(width, WIDEST_NAME))).toList();
  }

  private void collect(String indent, String name, List<Row> rows) {
    if (finding.isEmpty() && children.size() == 1) {
      children.forEach((part, child) -> child.collect(indent, name + "/" + part, rows));
      return;
    }
    rows.add(new Row(indent + name, finding));
    children.forEach((part, child) -> child.collect(indent + "  ", part, rows));
  }

  private static String line(Row row, int width) {
    if (row.finding().isEmpty()) {
      return row.name();
    }
    Finding found = row.finding().get();
    String line =
        String.format(
            Locale.ROOT,
            "%-" + width + "s  %-9s %-20s %9s  %s",
            row.name(),
            found.variable().dtype().torchName(),
            found.variable().shape(),
            ByteCount.of(found.variable().bytes()),
            found.variable().role().jsonName());
    return line + statistics(found) + verdict(found);
  }

  private static String verdict(Finding found) {
    return switch (found.checksum()) {
      case MATCHES, NONE -> "";
      case DAMAGED -> "  DAMAGED";
      case NOT_READ -> "  not read";
    };
  }

  private static String statistics(Finding found) {
    return found
        .statistics()
        .map(
            s ->
                String.format(
                    Locale.ROOT,
                    "  min %.4g  max %.4g  mean %.4g%s%s",
                    s.min(),
                    s.max(),
                    s.mean(),
                    s.nan() == 0 ? "" : "  " + s.nan() + " NaN",
                    s.infinite() == 0 ? "" : "  " + s.infinite() + " Inf"))
        .orElse("");
  }
}

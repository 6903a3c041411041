package io.github.tf2torch.verify.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two verifications beside each other: which checks and tensors became worse or better, how errors
 * moved, and what was set or installed otherwise.
 */
public final class ReportComparison {
  /** Tensors that are listed for people; programs get all. */
  private static final int LISTED = 10;

  private final WrittenReport before;
  private final WrittenReport after;

  private ReportComparison(WrittenReport before, WrittenReport after) {
    this.before = before;
    this.after = after;
  }

  /**
   * @throws io.github.tf2torch.problem.DamagedFile where one is no {@code report.json}
   */
  public static ReportComparison of(Path before, Path after) throws IOException {
    return new ReportComparison(WrittenReport.read(before), WrittenReport.read(after));
  }

  /** Whether both come to the same verdict and no check of the second is worse or missing. */
  public boolean isSame() {
    return before.verdict() == after.verdict() && names().stream().noneMatch(this::isWorse);
  }

  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>(before.checks().keySet());
    names.addAll(after.checks().keySet());
    return names;
  }

  private boolean isWorse(String check) {
    return isWorse(
        Optional.ofNullable(before.checks().get(check)),
        Optional.ofNullable(after.checks().get(check)));
  }

  /** What is only in the second run is worse where it speaks against a match. */
  private static boolean isWorse(
      Optional<WrittenReport.Entry> before, Optional<WrittenReport.Entry> after) {
    if (after.isEmpty()) {
      return before.isPresent();
    }
    Verdict was = before.map(WrittenReport.Entry::verdict).orElse(Verdict.NOT_CHECKED);
    return rank(after.get().verdict()) > rank(was);
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case MATCH -> 0;
      case NOT_CHECKED -> 1;
      case DIFFER -> 2;
      case FAILED -> 3;
    };
  }

  /** Tensors of a check that are worse in the second run. */
  private List<String> worse(String check) {
    Map<String, WrittenReport.Entry> was = tensors(before, check);
    Map<String, WrittenReport.Entry> is = tensors(after, check);
    List<String> worse = new ArrayList<>();
    if (after.checks().containsKey(check)) {
      was.keySet().stream().filter(n -> !is.containsKey(n)).forEach(worse::add);
    }
    is.forEach(
        (name, entry) -> {
          if (isWorse(Optional.ofNullable(was.get(name)), Optional.of(entry))) {
            worse.add(name);
          }
        });
    return worse;
  }

  private static Map<String, WrittenReport.Entry> tensors(WrittenReport report, String check) {
    return Optional.ofNullable(report.checks().get(check))
        .map(WrittenReport.Entry::tensors)
        .orElse(Map.of());
  }

  /** What was stated otherwise: first and second, each empty where it is not stated. */
  private Map<String, List<String>> changed() {
    Set<String> names = new LinkedHashSet<>(before.stated().keySet());
    names.addAll(after.stated().keySet());
    Map<String, List<String>> changed = new LinkedHashMap<>();
    for (String name : names) {
      String was = before.stated().getOrDefault(name, "");
      String is = after.stated().getOrDefault(name, "");
      if (!was.equals(is)) {
        changed.put(name, List.of(was, is));
      }
    }
    return changed;
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (String name : names()) {
      text.append(line(name, before.checks().get(name), after.checks().get(name)));
      List<String> worse = isOfOthers(name) ? List.of() : worse(name);
      if (isOfOthers(name)) {
        text.append(
            say(
                "  other  none of its tensors (%d) is among the second report's (%d): reports of"
                    + " two models?",
                tensors(before, name).size(), tensors(after, name).size()));
      }
      worse.stream()
          .limit(LISTED)
          .forEach(
              t ->
                  text.append(
                      "  worse  "
                          + line(t, tensors(before, name).get(t), tensors(after, name).get(t))));
      if (worse.size() > LISTED) {
        text.append("  and ").append(worse.size() - LISTED).append(" more\n");
      }
    }
    changed()
        .forEach(
            (name, values) ->
                text.append(say("changed      %s: %s -> %s", name, values.get(0), values.get(1))));
    text.append(say("%-12s %s", "verdict", moved(before.verdict().text(), after.verdict().text())));
    boolean isBetter =
        rank(after.verdict()) < rank(before.verdict()) && names().stream().noneMatch(this::isWorse);
    text.append(
        isSame()
            ? "the same verdict, and no check is worse\n"
            : isBetter
                ? "not the same: a better verdict, and no check is worse\n"
                : "not the same: see above\n");
    return text.toString();
  }

  /** Whether both asked it of tensors, and no name is in both. */
  private boolean isOfOthers(String check) {
    Set<String> was = tensors(before, check).keySet();
    Set<String> is = tensors(after, check).keySet();
    return !was.isEmpty() && !is.isEmpty() && Collections.disjoint(was, is);
  }

  private static String line(
      String name, WrittenReport.@Nullable Entry was, WrittenReport.@Nullable Entry is) {
    return say(
        "%-12s %-24s float32 %-20s float64 %s",
        name,
        moved(
            was == null ? "absent" : was.verdict().text(),
            is == null ? "absent" : is.verdict().text()),
        moved(
            number(was == null ? Double.NaN : was.error()),
            number(is == null ? Double.NaN : is.error())),
        moved(
            number(was == null ? Double.NaN : was.error64()),
            number(is == null ? Double.NaN : is.error64())));
  }

  private static String moved(String was, String is) {
    return was.equals(is) ? is : was + " -> " + is;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : Numbers.text(value);
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).stripTrailing() + "\n";
  }

  /** For programs. */
  public ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("same", isSame());
    root.put("before", before.file().toString()).put("after", after.file().toString());
    pair(root.putObject("verdict"), before.verdict().text(), after.verdict().text());
    ArrayNode checks = root.putArray("checks");
    for (String name : names()) {
      ObjectNode node = checks.addObject().put("name", name).put("worse", isWorse(name));
      Optional<WrittenReport.Entry> was = Optional.ofNullable(before.checks().get(name));
      Optional<WrittenReport.Entry> is = Optional.ofNullable(after.checks().get(name));
      ObjectNode verdict = node.putObject("verdict");
      verdict.put("before", was.map(e -> e.verdict().text()).orElse(null));
      verdict.put("after", is.map(e -> e.verdict().text()).orElse(null));
      errors(
          node.putObject("largest_error"),
          was.map(WrittenReport.Entry::error),
          is.map(WrittenReport.Entry::error));
      errors(
          node.putObject("largest_error_float64"),
          was.map(WrittenReport.Entry::error64),
          is.map(WrittenReport.Entry::error64));
      worse(name).forEach(node.putArray("worse_tensors")::add);
    }
    ObjectNode changed = root.putObject("changed");
    changed()
        .forEach((name, values) -> pair(changed.putObject(name), values.get(0), values.get(1)));
    return root;
  }

  private static void pair(ObjectNode node, String was, String is) {
    node.put("before", was).put("after", is);
  }

  private static void errors(ObjectNode node, Optional<Double> was, Optional<Double> is) {
    node.put("before", was.filter(Double::isFinite).orElse(null));
    node.put("after", is.filter(Double::isFinite).orElse(null));
  }
}

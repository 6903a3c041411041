package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.write.outline.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The statements of a section's forward. */
final class ForwardText {
  private ForwardText() {}

  /** Of modules whose answer is a part of what Python's answers, that part. */
  static Map<String, String> results(Section section) {
    Map<String, String> results = new HashMap<>();
    Members.leaves(section)
        .forEach(
            (path, module) -> {
              if (!module.pythonResult().isEmpty()) {
                results.put(path, module.pythonResult());
              }
            });
    return results;
  }

  /** A line each, without comments. */
  static List<String> of(Section section) {
    Section folded = Folding.of(section);
    return lines(folded, LocalNames.of(folded), "").stream().map(Line::text).toList();
  }

  /**
   * A statement.
   *
   * @param value what it assigns, if that is one local value; else empty
   */
  record Line(String text, String value) {}

  /**
   * With the return as the last one.
   *
   * @param answer what is returned; empty where it is the outputs
   */
  static List<Line> lines(Section section, Map<String, String> locals, String answer) {
    List<Line> lines = new ArrayList<>(statements(section, locals));
    answer(section, locals, answer, lines);
    return lines;
  }

  /** Without a return. */
  static List<Line> statements(Section section, Map<String, String> locals) {
    PythonExpressions expressions = new PythonExpressions(locals, results(section));
    List<Line> lines = new ArrayList<>();
    for (Statement statement : section.body()) {
      Statement.Assign assign = Expressions.assign(statement);
      String targets =
          assign.targets().stream()
              .map(t -> locals.getOrDefault(t, t))
              .collect(Collectors.joining(", "));
      String value = expressions.print(assign.value());
      boolean isInPlace = assign.value() instanceof Expr.Aten a && a.operator().endsWith("_");
      lines.add(
          new Line(
              isInPlace ? value : targets + " = " + value,
              assign.targets().size() == 1 ? assign.targets().get(0) : ""));
    }
    return lines;
  }

  /** What the last statement assigns is answered at once where it is all of the answer. */
  private static void answer(
      Section section, Map<String, String> locals, String answer, List<Line> lines) {
    String returned = answer.isEmpty() ? listed(section.outputs(), locals) : answer;
    if (!lines.isEmpty() && section.outputs().size() == 1) {
      Line last = lines.get(lines.size() - 1);
      String start = returned + " = ";
      if (last.value().equals(section.outputs().get(0)) && last.text().startsWith(start)) {
        lines.set(
            lines.size() - 1,
            new Line("return " + last.text().substring(start.length()), last.value()));
        return;
      }
    }
    lines.add(new Line("return " + returned, ""));
  }

  private static String listed(List<String> outputs, Map<String, String> locals) {
    return outputs.stream().map(o -> locals.getOrDefault(o, o)).collect(Collectors.joining(", "));
  }
}

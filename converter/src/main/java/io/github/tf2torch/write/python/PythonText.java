package io.github.tf2torch.write.python;

import java.util.ArrayList;
import java.util.List;

/** Lines of Python, split where they are too long as black splits them. */
final class PythonText {
  private static final int WIDTH = 88;
  private final StringBuilder out = new StringBuilder();

  /** Adds a line, {@code depth} levels deep. */
  PythonText line(int depth, String text) {
    if (text.isEmpty()) {
      out.append('\n');
    } else if (4 * depth + text.length() <= WIDTH) {
      raw(depth, text);
    } else {
      split(depth, text);
    }
    return this;
  }

  /** Adds a line with a comment: behind it where there is room, else before it. */
  PythonText line(int depth, String text, String comment) {
    if (comment.isEmpty()) {
      return line(depth, text);
    }
    if (4 * depth + text.length() + 4 + comment.length() <= WIDTH) {
      raw(depth, text + "  # " + comment);
      return this;
    }
    raw(depth, "# " + comment);
    return line(depth, text);
  }

  /** Adds a call with an argument a line, each with a comma behind it. */
  PythonText call(int depth, String function, List<String> arguments, List<String> comments) {
    raw(depth, function + "(");
    for (int i = 0; i < arguments.size(); i++) {
      line(depth + 1, arguments.get(i) + ",", comments.isEmpty() ? "" : comments.get(i));
    }
    raw(depth, ")");
    return this;
  }

  /** Assigns a dict: of one line where it fits, else an entry a line, as black has literals. */
  PythonText dict(int depth, String name, List<String> entries) {
    String whole = name + " = {" + String.join(", ", entries) + "}";
    if (4 * depth + whole.length() <= WIDTH) {
      raw(depth, whole);
    } else {
      raw(depth, name + " = {");
      entries.forEach(e -> line(depth + 1, e + ","));
      raw(depth, "}");
    }
    return this;
  }

  private void raw(int depth, String text) {
    out.append("    ".repeat(depth)).append(text).append('\n');
  }

  /** Splits at the last bracket; where the line up to it is too long still, behind the =. */
  private void split(int depth, String text) {
    int open = openingOf(text);
    if (open < 0) {
      raw(depth, text);
      return;
    }
    int assigned = text.indexOf(" = ");
    boolean isAssignment = assigned > 0 && assigned < open;
    open = text.startsWith("def ") ? open : fitting(depth, text, open);
    int operands = isAssignment ? operands(text.substring(assigned + 3)).size() : 0;
    boolean isGrouped = operands == 2 && text.charAt(assigned + 3) == '(';
    boolean isSum = operands > 2 || operands == 2 && !text.endsWith(")") && !isGrouped;
    open = isGrouped ? assigned + 3 : open;
    // brackets with nothing in them can't be split
    boolean isWhole =
        text.endsWith("()")
            && open == text.length() - 2
            && 4 * (depth + 1) + text.length() - assigned - 3 <= WIDTH;
    boolean isChain = isAssignment && isChain(depth + 1, text.substring(assigned + 3));
    // nothing is gained by brackets that open behind the border, or hold what is too long in them
    int widest = Math.max(4 * depth + assigned + 4, 4 * depth + 4 + open - assigned - 2);
    boolean isBeyond =
        isAssignment && !isSum && !isChain && widest > WIDTH && closingOf(text, open) > open + 1;
    if (isAssignment
        && !isBeyond
        && (isSum || isWhole || isChain || 4 * depth + open + 1 > WIDTH)) {
      raw(depth, text.substring(0, assigned) + " = (");
      element(depth + 1, text.substring(assigned + 3), "");
      raw(depth, ")");
      return;
    }
    int close = closingOf(text, open);
    String inner = text.substring(open + 1, close);
    String end = text.substring(close);
    raw(depth, text.substring(0, open + 1));
    if (4 * depth + 4 + inner.length() <= WIDTH) {
      raw(depth + 1, inner);
    } else {
      boolean isGroup = open == 0 || "( ".indexOf(text.charAt(open - 1)) >= 0;
      String comma = isGroup && arguments(inner).size() == 1 ? "" : ",";
      for (String argument : arguments(inner)) {
        element(depth + 1, argument, comma);
      }
    }
    raw(depth, end);
  }

  /** Several methods of what stands in brackets, in one line of their own. */
  private static boolean isChain(int depth, String value) {
    return value.startsWith("(")
        && 4 * depth + value.length() <= WIDTH
        && value.substring(closingOf(value, 0)).matches("\\)(\\.\\w+\\(.*\\)){2,}");
  }

  /** The last bracket up to which the line fits, or else the last one. */
  private static int fitting(int depth, String text, int last) {
    int at = last;
    while (at >= 0 && 4 * depth + at + 1 > WIDTH) {
      at = openingOf(text.substring(0, at));
    }
    return at < 0 ? last : at;
  }

  /** What stands in brackets is split at its operators before its own brackets are. */
  private void element(int depth, String text, String end) {
    List<String> operands = operands(text);
    if (4 * depth + text.length() + end.length() <= WIDTH || operands.size() < 2) {
      line(depth, text + end);
      return;
    }
    for (int i = 0; i < operands.size(); i++) {
      line(depth, operands.get(i) + (i == operands.size() - 1 ? end : ""));
    }
  }

  /** The parts of a sum, or else of a product, each with the operator before it. */
  private static List<String> operands(String text) {
    String code = withoutStrings(text);
    for (String operators : List.of("+-", "*/")) {
      List<String> parts = new ArrayList<>();
      int depth = 0;
      int start = 0;
      for (int i = 1; i + 1 < code.length(); i++) {
        depth += nesting(code.charAt(i - 1));
        boolean isOperator =
            operators.indexOf(code.charAt(i)) >= 0
                && code.charAt(i - 1) == ' '
                && code.charAt(i + 1) == ' ';
        if (depth == 0 && isOperator) {
          parts.add(text.substring(start, i).strip());
          start = i;
        }
      }
      if (!parts.isEmpty()) {
        parts.add(text.substring(start).strip());
        return parts;
      }
    }
    return List.of(text);
  }

  /** The last bracket that opens outside of all others; the arguments of a function's head. */
  private static int openingOf(String text) {
    if (text.startsWith("def ")) {
      return text.indexOf('(');
    }
    String code = withoutStrings(text);
    int depth = 0;
    for (int i = code.length() - 1; i >= 0; i--) {
      depth += nesting(code.charAt(i));
      if (depth == 0 && nesting(code.charAt(i)) > 0) {
        return i;
      }
    }
    return -1;
  }

  private static int closingOf(String text, int open) {
    String code = withoutStrings(text);
    int depth = 0;
    for (int i = open; i < code.length(); i++) {
      depth += nesting(code.charAt(i));
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("unbalanced: " + text);
  }

  private static int nesting(char c) {
    return "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
  }

  /** The same length, with blanks where text is quoted. */
  private static String withoutStrings(String text) {
    StringBuilder code = new StringBuilder(text);
    boolean isQuoted = false;
    for (int i = 0; i < code.length(); i++) {
      boolean isEscaped = isQuoted && text.charAt(i) == '\\';
      if (text.charAt(i) == '"') {
        isQuoted = !isQuoted;
      } else if (isQuoted) {
        code.setCharAt(i, ' ');
      }
      if (isEscaped) {
        i++;
        code.setCharAt(i, ' ');
      }
    }
    return code.toString();
  }

  /** What commas part, outside of brackets. */
  private static List<String> arguments(String inner) {
    String code = withoutStrings(inner);
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < code.length(); i++) {
      depth += nesting(code.charAt(i));
      if (code.charAt(i) == ',' && depth == 0) {
        parts.add(inner.substring(start, i).strip());
        start = i + 1;
      }
    }
    if (!inner.substring(start).isBlank()) {
      parts.add(inner.substring(start).strip());
    }
    return parts;
  }

  static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  @Override
  public String toString() {
    return out.toString();
  }
}

package io.github.tf2torch.write.python;

import java.util.ArrayList;
import java.util.List;

/** Lines of Python, split where they are too long as black splits them. */
final class PythonText {
  private static final int WIDTH = 88;
  private final StringBuilder out = new StringBuilder();

  /** Adds a line, {@code depth} levels deep. */
  PythonText line(int depth, String text) {
    String indent = "    ".repeat(depth);
    if (text.isEmpty()) {
      out.append('\n');
    } else if (indent.length() + text.length() <= WIDTH || !text.endsWith(")")) {
      out.append(indent).append(text).append('\n');
    } else {
      split(depth, text);
    }
    return this;
  }

  /** Splits at the bracket that the line ends with. */
  private void split(int depth, String text) {
    int open = openingOf(text);
    String inner = text.substring(open + 1, text.length() - 1);
    String indent = "    ".repeat(depth);
    out.append(indent).append(text, 0, open + 1).append('\n');
    if (indent.length() + 4 + inner.length() <= WIDTH) {
      out.append(indent).append("    ").append(inner).append('\n');
    } else {
      for (String argument : arguments(inner)) {
        line(depth + 1, argument + ",");
      }
    }
    out.append(indent).append(")\n");
  }

  private static int openingOf(String text) {
    int depth = 0;
    for (int i = text.length() - 1; i >= 0; i--) {
      char c = text.charAt(i);
      depth += c == ')' || c == ']' ? 1 : c == '(' || c == '[' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("unbalanced: " + text);
  }

  private static List<String> arguments(String inner) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      if (c == ',' && depth == 0) {
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

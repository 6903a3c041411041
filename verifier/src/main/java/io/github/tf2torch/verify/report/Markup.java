package io.github.tf2torch.verify.report;

/** Text inside XML and HTML. */
final class Markup {
  private Markup() {}

  /** Escapes what markup would read, and drops the control characters that XML 1.0 forbids. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .filter(c -> c >= 0x20 || c == '\t' || c == '\n')
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}

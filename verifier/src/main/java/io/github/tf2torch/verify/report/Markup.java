package io.github.tf2torch.verify.report;

/** Text inside XML and HTML. */
final class Markup {
  private Markup() {}

  /**
   * Escapes what markup would read. What is no character of XML 1.0 (section 2.2), such as a
   * control character or half of a pair of surrogates, becomes a replacement character.
   */
  static String escape(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .map(c -> isCharacter(c) ? c : 0xFFFD)
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

  /** The stylesheet's class for a verdict. */
  static String style(Verdict verdict) {
    return verdict.text().replace(' ', '-');
  }

  /** A verdict in its colour. */
  static String badge(Verdict verdict) {
    return "<span class=\"badge " + style(verdict) + "\">" + verdict.text() + "</span>";
  }

  private static boolean isCharacter(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= 0x20 && c < 0xD800)
        || (c >= 0xE000 && c < 0xFFFE)
        || c >= 0x10000;
  }
}

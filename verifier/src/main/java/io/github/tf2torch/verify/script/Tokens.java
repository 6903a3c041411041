package io.github.tf2torch.verify.script;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of one line of code. */
final class Tokens {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<text>\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')"
              + "|(?<number>-?(?:\\d+\\.?\\d*(?:[eE][-+]?\\d+)?))"
              + "|(?<name>[A-Za-z_]\\w*)"
              + "|(?<sign>->|[-+*/%<>=!]=|[^\\s\\w]))");

  private final List<String> words = new ArrayList<>();
  private int at;

  Tokens(String line) {
    Matcher matcher = TOKEN.matcher(line);
    int end = 0;
    while (end < line.length() && !line.substring(end).isBlank()) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw new UnreadScript("a line that is not understood: " + line.strip());
      }
      words.add(matcher.group().strip());
      end = matcher.end();
    }
  }

  boolean isDone() {
    return at == words.size();
  }

  String peek() {
    return isDone() ? "" : words.get(at);
  }

  String next() {
    if (isDone()) {
      throw new UnreadScript("a line that ends too early: " + String.join(" ", words));
    }
    return words.get(at++);
  }

  boolean accept(String word) {
    boolean isThere = peek().equals(word);
    if (isThere) {
      at++;
    }
    return isThere;
  }

  void expect(String word) {
    if (!accept(word)) {
      throw new UnreadScript(
          "expected " + word + " and not " + peek() + " in " + String.join(" ", words));
    }
  }

  /** Where the word stands outside of brackets; -1 where it does not. */
  int find(String word) {
    int depth = 0;
    for (int i = at; i < words.size(); i++) {
      String w = words.get(i);
      if (depth == 0 && w.equals(word)) {
        return i;
      }
      depth += "([{".contains(w) ? 1 : ")]}".contains(w) ? -1 : 0;
    }
    return -1;
  }

  int place() {
    return at;
  }

  void moveTo(int place) {
    at = place;
  }
}

package io.github.tf2torch.verify.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Expressions as {@code torch/csrc/jit/serialization/python_print.cpp} prints them. */
final class TermParser {
  private final Tokens tokens;

  private TermParser(Tokens tokens) {
    this.tokens = tokens;
  }

  static Term parse(Tokens tokens) {
    return new TermParser(tokens).term();
  }

  private Term term() {
    Term term = first();
    while (true) {
      if (tokens.accept(".")) {
        term = new Term.Member(term, tokens.next());
      } else if (tokens.accept("(")) {
        term = call(term);
      } else if (tokens.accept("[")) {
        Term index = term();
        tokens.expect("]");
        term = new Term.Item(term, index);
      } else {
        return term;
      }
    }
  }

  private Term first() {
    String word = tokens.next();
    if (word.equals("(")) {
      return bracketed();
    }
    if (word.equals("[")) {
      return new Term.Items(list("]"), false);
    }
    if (word.equals("{")) {
      return dict();
    }
    if (word.startsWith("\"") || word.startsWith("'")) {
      return new Term.Text(unescaped(word.substring(1, word.length() - 1)));
    }
    if (word.matches("-?\\d+")) {
      return new Term.Whole(Long.parseLong(word));
    }
    if (word.matches("-?\\d.*")) {
      return new Term.Real(Double.parseDouble(word));
    }
    return switch (word) {
      case "True" -> new Term.Truth(true);
      case "False" -> new Term.Truth(false);
      case "None" -> new Term.Nothing();
      case "inf", "infinity" -> new Term.Real(Double.POSITIVE_INFINITY);
      case "nan" -> new Term.Real(Double.NaN);
      case "-" -> negative(term());
      default -> name(word);
    };
  }

  private static Term name(String word) {
    if (!Character.isJavaIdentifierStart(word.charAt(0))) {
      throw new UnreadScript("an expression that begins with " + word);
    }
    return new Term.Name(word);
  }

  private static Term negative(Term term) {
    if (term instanceof Term.Whole w) {
      return new Term.Whole(-w.value());
    }
    if (term instanceof Term.Real r) {
      return new Term.Real(-r.value());
    }
    return new Term.Call(new Term.Member(new Term.Name("torch"), "neg"), List.of(term), Map.of());
  }

  /** {@code (x)} is x, {@code (x, )} and {@code (x, y)} are tuples. */
  private Term bracketed() {
    if (tokens.accept(")")) {
      return new Term.Items(List.of(), true);
    }
    Term one = term();
    if (tokens.accept(")")) {
      return one;
    }
    tokens.expect(",");
    List<Term> all = new ArrayList<>(List.of(one));
    all.addAll(list(")"));
    return new Term.Items(all, true);
  }

  private Term dict() {
    List<Term> keys = new ArrayList<>();
    List<Term> values = new ArrayList<>();
    while (!tokens.accept("}")) {
      keys.add(term());
      tokens.expect(":");
      values.add(term());
      tokens.accept(",");
    }
    return new Term.Entries(keys, values);
  }

  private List<Term> list(String end) {
    List<Term> all = new ArrayList<>();
    while (!tokens.accept(end)) {
      all.add(term());
      if (!tokens.accept(",")) {
        tokens.expect(end);
        break;
      }
    }
    return all;
  }

  private Term call(Term function) {
    if (function instanceof Term.Name n
        && (n.name().equals("annotate") || n.name().equals("unchecked_cast"))) {
      skipType();
      Term value = term();
      tokens.accept(",");
      tokens.expect(")");
      return value;
    }
    if (function instanceof Term.Name n && n.name().equals("uninitialized")) {
      skipType();
      return new Term.Nothing();
    }
    List<Term> arguments = new ArrayList<>();
    Map<String, Term> named = new LinkedHashMap<>();
    while (!tokens.accept(")")) {
      int place = tokens.place();
      String word = tokens.next();
      if (tokens.accept("=")) {
        named.put(word, term());
      } else {
        tokens.moveTo(place);
        arguments.add(term());
      }
      if (!tokens.accept(",")) {
        tokens.expect(")");
        break;
      }
    }
    boolean isAttribute = function instanceof Term.Name n && n.name().equals("getattr");
    return isAttribute && arguments.size() == 2 && arguments.get(1) instanceof Term.Text name
        ? new Term.Member(arguments.get(0), name.value())
        : new Term.Call(function, arguments, named);
  }

  /** A type up to the comma or bracket behind it, which is taken. */
  private void skipType() {
    int depth = 0;
    while (true) {
      String word = tokens.next();
      if (depth == 0 && (word.equals(",") || word.equals(")"))) {
        return;
      }
      depth += "([".contains(word) ? 1 : ")]".contains(word) ? -1 : 0;
    }
  }

  private static String unescaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        out.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}

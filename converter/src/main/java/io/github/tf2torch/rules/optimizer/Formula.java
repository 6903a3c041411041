package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an update rule as papers write it: {@code m = m + (g - m) * (1 - beta1)}. What holds a
 * tensor becomes an operator of ATen's, what holds numbers alone Python's arithmetic.
 */
final class Formula {
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(\\*\\*|[-+*/(),=]|[A-Za-z_][A-Za-z0-9_]*|[0-9.]+(e-?[0-9]+)?)");

  private final Set<String> tensors;
  private List<String> tokens = List.of();
  private int at;

  /**
   * @param tensors the names that hold one; every other name holds a number
   */
  Formula(Set<String> tensors) {
    this.tensors = new HashSet<>(tensors);
  }

  /** One assignment; what it assigns is a tensor from here on where the value is one. */
  Statement.Assign line(String text) {
    tokens = tokens(text);
    at = 0;
    String target = next();
    expect("=");
    Expr value = sum();
    if (at < tokens.size()) {
      throw new IllegalArgumentException("\"" + tokens.get(at) + "\" in: " + text);
    }
    if (isTensor(value)) {
      tensors.add(target);
    }
    return new Statement.Assign(target, value);
  }

  private static List<String> tokens(String text) {
    List<String> found = new ArrayList<>();
    Matcher m = TOKEN.matcher(text);
    int end = 0;
    while (end < text.length() && m.find() && m.start() == end) {
      found.add(m.group(1));
      end = m.end();
    }
    if (end < text.length()) {
      throw new IllegalArgumentException("no formula: " + text);
    }
    return found;
  }

  private Expr sum() {
    Expr left = product();
    while (is("+") || is("-")) {
      String operator = next();
      left = infix(operator, left, product());
    }
    return left;
  }

  private Expr product() {
    Expr left = signed();
    while (is("*") || is("/")) {
      String operator = next();
      left = infix(operator, left, signed());
    }
    return left;
  }

  private Expr signed() {
    if (!is("-")) {
      return power();
    }
    expect("-");
    Expr value = signed();
    return isTensor(value)
        ? Expr.aten("neg", value)
        : new Expr.FloatArithmetic("neg", List.of(value));
  }

  private Expr power() {
    Expr base = atom();
    if (!is("**")) {
      return base;
    }
    expect("**");
    return infix("**", base, signed());
  }

  private Expr atom() {
    if (is("(")) {
      expect("(");
      Expr inner = sum();
      expect(")");
      return inner;
    }
    String word = next();
    if (Character.isDigit(word.charAt(0))) {
      return word.matches("\\d+")
          ? new Expr.IntLiteral(Long.parseLong(word))
          : new Expr.FloatLiteral(Float.parseFloat(word));
    }
    return is("(") ? call(word) : new Expr.Local(word);
  }

  private Expr call(String function) {
    List<Expr> arguments = new ArrayList<>();
    expect("(");
    while (!is(")")) {
      arguments.add(sum());
      if (is(",")) {
        expect(",");
      }
    }
    expect(")");
    if (function.equals("mean") && arguments.size() == 2) {
      // Along an axis, which stays with an extent of 1.
      return Expr.aten(
          "mean",
          arguments.get(0),
          new Expr.ListLiteral(List.of(arguments.get(1))),
          new Expr.BoolLiteral(true));
    }
    return arguments.stream().anyMatch(this::isTensor)
        ? new Expr.Aten(function, arguments)
        : new Expr.FloatArithmetic(function, arguments);
  }

  private Expr infix(String operator, Expr left, Expr right) {
    if (!isTensor(left) && !isTensor(right)) {
      return new Expr.FloatArithmetic(operator, List.of(left, right));
    }
    String name =
        switch (operator) {
          case "+" -> "add";
          case "-" -> "sub";
          case "*" -> "mul";
          case "/" -> "div";
          default -> "pow";
        };
    return Expr.aten(name, left, right);
  }

  private boolean isTensor(Expr expr) {
    return expr instanceof Expr.Aten
        || expr instanceof Expr.Local local && tensors.contains(local.name());
  }

  private boolean is(String token) {
    return at < tokens.size() && tokens.get(at).equals(token);
  }

  private void expect(String token) {
    if (!next().equals(token)) {
      throw new IllegalArgumentException("no \"" + token + "\" in: " + String.join(" ", tokens));
    }
  }

  private String next() {
    if (at == tokens.size()) {
      throw new IllegalArgumentException("ends early: " + String.join(" ", tokens));
    }
    return tokens.get(at++);
  }
}

package io.github.tf2torch.verify.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of code, parsed.
 *
 * @param functions by name; those of a class as {@code Class.method}
 * @param namedTuples classes that are one, with their fields
 */
record ScriptFile(Map<String, ScriptFunction> functions, Map<String, List<String>> namedTuples) {
  ScriptFile {
    functions = Map.copyOf(functions);
    namedTuples = Map.copyOf(namedTuples);
  }

  static ScriptFile parse(String code) {
    return new Parser(joined(code)).file();
  }

  private record Row(int indent, String text) {}

  /** Without empty lines; what is in brackets goes on over lines. */
  private static List<Row> joined(String code) {
    List<Row> rows = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    int indent = 0;
    int depth = 0;
    for (String line : code.split("\n", -1)) {
      depth = (open.length() == 0 ? 0 : depth) + depth(line);
      if (open.length() == 0) {
        indent = line.length() - line.stripLeading().length();
      }
      open.append(line.strip()).append(' ');
      if (depth <= 0) {
        if (!open.toString().isBlank()) {
          rows.add(new Row(indent, open.toString().strip()));
        }
        open.setLength(0);
      }
    }
    return rows;
  }

  private static int depth(CharSequence text) {
    int depth = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else {
        depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      }
    }
    return depth;
  }

  private static final class Parser {
    private final List<Row> rows;
    private int at;

    Parser(List<Row> rows) {
      this.rows = rows;
    }

    ScriptFile file() {
      Map<String, ScriptFunction> functions = new LinkedHashMap<>();
      Map<String, List<String>> namedTuples = new LinkedHashMap<>();
      String owner = "";
      while (at < rows.size()) {
        Row row = rows.get(at++);
        if (row.text().startsWith("class ")) {
          Tokens tokens = new Tokens(row.text());
          tokens.expect("class");
          owner = tokens.next() + ".";
          if (row.text().contains("(NamedTuple)")) {
            namedTuples.put(owner.substring(0, owner.length() - 1), fields(row.indent()));
          }
        } else if (row.text().startsWith("def ")) {
          owner = row.indent() == 0 ? "" : owner;
          ScriptFunction function = function(row);
          functions.put(owner + function.name(), function);
        }
        // what is left are declarations of attributes, which the objects have themselves
      }
      return new ScriptFile(functions, namedTuples);
    }

    /** {@code logits : Tensor}, one a line. */
    private List<String> fields(int indent) {
      List<String> names = new ArrayList<>();
      while (at < rows.size() && rows.get(at).indent() > indent) {
        names.add(new Tokens(rows.get(at++).text()).next());
      }
      return names;
    }

    private ScriptFunction function(Row row) {
      Tokens tokens = new Tokens(row.text());
      tokens.expect("def");
      String name = tokens.next();
      tokens.expect("(");
      List<ScriptFunction.Parameter> parameters = new ArrayList<>();
      while (!tokens.accept(")")) {
        String parameter = tokens.next();
        if (tokens.accept(":")) {
          type(tokens);
        }
        Optional<Term> byDefault =
            tokens.accept("=") ? Optional.of(TermParser.parse(tokens)) : Optional.empty();
        parameters.add(new ScriptFunction.Parameter(parameter, byDefault));
        tokens.accept(",");
      }
      List<Line> body = block(row.indent());
      boolean isMethod = row.indent() > 0 && !parameters.isEmpty();
      return isMethod
          ? new ScriptFunction(
              name,
              Optional.of(parameters.get(0).name()),
              parameters.subList(1, parameters.size()),
              body)
          : new ScriptFunction(name, Optional.empty(), parameters, body);
    }

    private static void type(Tokens tokens) {
      int depth = 0;
      while (depth > 0 || !List.of(",", ")", "=").contains(tokens.peek())) {
        String word = tokens.next();
        depth += "([".contains(word) ? 1 : ")]".contains(word) ? -1 : 0;
      }
    }

    private List<Line> block(int indent) {
      List<Line> lines = new ArrayList<>();
      while (at < rows.size() && rows.get(at).indent() > indent) {
        lines.add(line(rows.get(at++)));
      }
      return lines;
    }

    private Line line(Row row) {
      Tokens tokens = new Tokens(row.text());
      String word = tokens.peek();
      if (tokens.accept("if")) {
        return condition(row, tokens);
      }
      if (tokens.accept("for")) {
        String index = tokens.next();
        tokens.expect("in");
        tokens.expect("range");
        tokens.expect("(");
        Term count = TermParser.parse(tokens);
        return new Line.For(index, count, block(row.indent()));
      }
      if (tokens.accept("while")) {
        Term condition = TermParser.parse(tokens);
        return new Line.While(condition, block(row.indent()));
      }
      if (tokens.accept("return")) {
        return new Line.Return(tokens.isDone() ? new Term.Nothing() : TermParser.parse(tokens));
      }
      if (word.equals("pass")) {
        return new Line.Pass();
      }
      int equals = tokens.find("=");
      return equals < 0 ? alone(TermParser.parse(tokens)) : assigned(tokens, equals);
    }

    private Line condition(Row row, Tokens tokens) {
      Term condition = TermParser.parse(tokens);
      List<Line> then = block(row.indent());
      List<Line> otherwise = List.of();
      if (at < rows.size()
          && rows.get(at).indent() == row.indent()
          && rows.get(at).text().equals("else:")) {
        at++;
        otherwise = block(row.indent());
      }
      return new Line.If(condition, then, otherwise);
    }

    private static Line alone(Term term) {
      boolean isRaised =
          term instanceof Term.Call call
              && call.function() instanceof Term.Member member
              && member.name().equals("RaiseException");
      return isRaised
          ? new Line.Raise(((Term.Call) term).arguments().get(0))
          : new Line.Assign(List.of("_"), term);
    }

    private static Line assigned(Tokens tokens, int equals) {
      List<Term> targets = new ArrayList<>();
      while (tokens.place() < equals && !tokens.peek().equals(":")) {
        targets.add(TermParser.parse(tokens));
        tokens.accept(",");
      }
      tokens.moveTo(equals);
      tokens.expect("=");
      Term value = TermParser.parse(tokens);
      if (tokens.peek().equals(",")) {
        List<Term> values = new ArrayList<>(List.of(value));
        while (tokens.accept(",") && !tokens.isDone()) {
          values.add(TermParser.parse(tokens));
        }
        value = new Term.Items(values, true);
      }
      if (targets.size() == 1 && targets.get(0) instanceof Term.Member member) {
        return new Line.Store(member.object(), member.name(), value);
      }
      List<String> names = new ArrayList<>();
      for (Term target : targets) {
        if (!(target instanceof Term.Name name)) {
          throw new UnreadScript("an assignment to something other than a name");
        }
        names.add(name.name());
      }
      return new Line.Assign(names, value);
    }
  }
}

package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** An update rule as a class of Python's, beside those of {@code torch.optim}. */
final class OptimizerText {
  private static final String FLOAT32 =
      """


      def _float32(value):
          return torch.tensor(value, dtype=torch.float32).item()
      """;

  /** What fits a line between {@code def __init__(} and its end. */
  private static final int ARGUMENTS = 69;

  private final UpdateRule rule;
  private final PythonExpressions expressions = new PythonExpressions(Map.of());
  private final PythonText text = new PythonText();

  private OptimizerText(UpdateRule rule) {
    this.rule = rule;
  }

  static String print(UpdateRule rule) {
    OptimizerText printed = new OptimizerText(rule);
    printed.constructor();
    printed.step();
    return printed.text.toString();
  }

  /** The number rounded to a float32. */
  static String single(String value) {
    return "_float32(" + value + ")";
  }

  /** With the function of {@link #single} where it is called. */
  static String withSingle(String code) {
    return code.contains("_float32(") ? FLOAT32 + code : code;
  }

  private void constructor() {
    text.line(0, "").line(0, "");
    text.line(0, "class " + rule.className() + "(torch.optim.Optimizer):");
    text.line(1, "\"\"\"" + rule.summary() + "\"\"\"").line(0, "");
    String arguments =
        rule.settings().entrySet().stream()
            .map(e -> ", " + e.getKey() + "=" + PythonValue.print(e.getValue()))
            .collect(Collectors.joining("", "self, params", ""));
    if (arguments.length() > ARGUMENTS) {
      text.line(1, "def __init__(").line(2, arguments).line(1, "):");
    } else {
      text.line(1, "def __init__(" + arguments + "):");
    }
    List<String> defaults = new ArrayList<>();
    rule.settings().keySet().forEach(name -> defaults.add("\"" + name + "\": " + name));
    rule.counters()
        .forEach(
            (name, first) ->
                defaults.add("\"" + name + "\": " + first.text().orElse(PythonValue.print(first))));
    text.dict(2, "defaults", defaults);
    text.line(2, "super().__init__(params, defaults)").line(0, "");
  }

  private void step() {
    text.line(1, "@torch.no_grad()").line(1, "def step(self, closure=None):");
    text.line(2, "loss = None").line(2, "if closure is not None:");
    text.line(3, "with torch.enable_grad():").line(4, "loss = closure()");
    text.line(2, "for group in self.param_groups:");
    Set<String> used = used();
    rule.settings().keySet().stream().filter(used::contains).forEach(this::fromGroup);
    rule.counters().keySet().stream().filter(used::contains).forEach(this::fromGroup);
    rule.before().forEach(s -> text.line(3, assigned(s)));
    text.line(3, "for p in group[\"params\"]:");
    text.line(4, "if p.grad is None:").line(5, "continue");
    text.line(4, "g = p.grad");
    if (rule.variant().isPresent()) {
      UpdateRule.Variant other = rule.variant().get();
      text.line(4, "if " + other.setting() + " is None:");
      body(5, rule.state(), rule.each());
      text.line(4, "else:");
      body(5, other.state(), other.each());
    } else {
      body(4, rule.state(), rule.each());
    }
    rule.after().forEach(s -> text.line(3, assigned(s)));
    for (String counter : rule.counters().keySet()) {
      text.line(3, "group[\"" + counter + "\"] = " + counter);
    }
    text.line(2, "return loss");
  }

  private void fromGroup(String name) {
    text.line(3, name + " = group[\"" + name + "\"]");
  }

  private void body(int indent, List<UpdateRule.State> state, List<Statement.Assign> each) {
    state(indent, state);
    each.forEach(s -> text.line(indent, changed(s, state)));
  }

  private void state(int indent, List<UpdateRule.State> state) {
    if (state.isEmpty()) {
      return;
    }
    text.line(indent, "state = self.state[p]").line(indent, "if not state:");
    for (UpdateRule.State s : state) {
      String like = s.reduced().isEmpty() ? "p" : "p.narrow(" + s.reduced() + ", 0, 1)";
      String made =
          s.initial() == 0
              ? "torch.zeros_like(" + like + ")"
              : "torch.full_like(%s, %s)"
                  .formatted(like, PythonNumber.shortest((float) s.initial()));
      text.line(indent + 1, "state[\"" + s.name() + "\"] = " + made);
    }
    state.forEach(s -> text.line(indent, s.name() + " = state[\"" + s.name() + "\"]"));
  }

  private String assigned(Statement.Assign s) {
    return s.targets().get(0) + " = " + expressions.print(s.value());
  }

  /** What lives on changes in place: a parameter and its state. */
  private String changed(Statement.Assign s, List<UpdateRule.State> state) {
    String target = s.targets().get(0);
    boolean isKept = target.equals("p") || state.stream().anyMatch(t -> t.name().equals(target));
    if (!isKept) {
      return assigned(s);
    }
    if (s.value() instanceof Expr.Aten sum
        && Set.of("add", "sub").contains(sum.operator())
        && sum.arguments().get(0).equals(new Expr.Local(target))) {
      return "%s.%s_(%s)"
          .formatted(target, sum.operator(), expressions.print(sum.arguments().get(1)));
    }
    return target + ".copy_(" + expressions.print(s.value()) + ")";
  }

  private Set<String> used() {
    Set<String> names = new TreeSet<>();
    for (List<Statement.Assign> part : List.of(rule.before(), rule.each(), rule.after())) {
      part.forEach(s -> collect(s.value(), names));
    }
    rule.variant()
        .ifPresent(
            v -> {
              names.add(v.setting());
              v.state().forEach(s -> names.add(s.reduced()));
              v.each().forEach(s -> collect(s.value(), names));
            });
    return names;
  }

  private static void collect(Expr expr, Set<String> into) {
    if (expr instanceof Expr.Local local) {
      into.add(local.name());
    } else if (expr instanceof Expr.Aten call) {
      call.arguments().forEach(a -> collect(a, into));
    } else if (expr instanceof Expr.ListLiteral list) {
      list.elements().forEach(e -> collect(e, into));
    } else if (expr instanceof Expr.FloatArithmetic call) {
      call.operands().forEach(a -> collect(a, into));
    }
  }
}

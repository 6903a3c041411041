package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Steps of an update rule in float64: values are numbers ({@code double[1]}) or tensors, flat. */
final class RuleRun {
  private final UpdateRule rule;
  private final List<TorchOptimizer.Group> groups;
  private final Map<String, double[]> parameters;
  private final Map<String, Map<String, double[]>> state;
  private final Map<TorchOptimizer.Group, Map<String, double[]>> numbers = new LinkedHashMap<>();

  /**
   * @param parameters by name; they change in place
   * @param state by parameter and key
   */
  RuleRun(
      TorchOptimizer optimizer,
      Map<String, double[]> parameters,
      Map<String, Map<String, double[]>> state) {
    this.rule = optimizer.rule();
    this.groups = optimizer.groups();
    this.parameters = parameters;
    this.state = state;
    for (TorchOptimizer.Group group : groups) {
      Map<String, double[]> own = new HashMap<>();
      group.settings().forEach((name, value) -> number(value, name, own));
      numbers.put(group, own);
    }
  }

  private static void number(Config value, String name, Map<String, double[]> into) {
    if (value instanceof Config.Real real) {
      into.put(name, new double[] {real.value()});
    } else if (value instanceof Config.Whole whole) {
      into.put(name, new double[] {whole.value()});
    }
  }

  void step(Map<String, double[]> gradients) {
    for (TorchOptimizer.Group group : groups) {
      UpdateRule rule = this.rule.in(group.settings());
      Map<String, double[]> env = new HashMap<>(numbers.get(group));
      run(rule.before(), env);
      for (String name : group.parameters()) {
        Map<String, double[]> own = new HashMap<>(env);
        Map<String, double[]> held = state.computeIfAbsent(name, n -> new HashMap<>());
        double[] p = parameters.get(name);
        for (UpdateRule.State s : rule.state()) {
          double[] first = new double[p.length];
          Arrays.fill(first, s.initial());
          own.put(s.name(), held.getOrDefault(s.name(), first));
        }
        own.put("p", p);
        own.put("g", gradients.get(name));
        run(rule.each(), own);
        rule.state().forEach(s -> held.put(s.name(), own.get(s.name())));
        System.arraycopy(own.get("p"), 0, p, 0, p.length);
      }
      run(rule.after(), env);
      rule.counters().keySet().forEach(c -> numbers.get(group).put(c, env.get(c)));
    }
  }

  private static void run(List<Statement.Assign> lines, Map<String, double[]> env) {
    lines.forEach(line -> env.put(line.targets().get(0), value(line.value(), env)));
  }

  private static double[] value(Expr expr, Map<String, double[]> env) {
    if (expr instanceof Expr.Local local) {
      return env.get(local.name());
    }
    if (expr instanceof Expr.IntLiteral literal) {
      return new double[] {literal.value()};
    }
    if (expr instanceof Expr.FloatLiteral literal) {
      return new double[] {literal.value()};
    }
    if (expr instanceof Expr.FloatArithmetic call) {
      return call(call.operator(), call.operands(), env);
    }
    if (expr instanceof Expr.Aten call) {
      return call(call.operator(), call.arguments(), env);
    }
    throw new AssertionError("no case for " + expr);
  }

  private static double[] call(String operator, List<Expr> operands, Map<String, double[]> env) {
    List<double[]> a = operands.stream().map(o -> value(o, env)).toList();
    return switch (operator) {
      case "+", "add" -> both(a, Double::sum);
      case "-", "sub" -> both(a, (x, y) -> x - y);
      case "*", "mul" -> both(a, (x, y) -> x * y);
      case "/", "div" -> both(a, (x, y) -> x / y);
      case "**", "pow" -> both(a, Math::pow);
      case "maximum", "max" -> both(a, Math::max);
      case "gt" -> both(a, (x, y) -> x > y ? 1 : 0);
      case "sqrt" -> each(a, Math::sqrt);
      case "abs" -> each(a, Math::abs);
      case "sign" -> each(a, Math::signum);
      case "neg" -> each(a, x -> -x);
      case "float32" -> each(a, x -> (float) x);
      case "ones_like" -> each(a, x -> 1);
      case "norm" -> new double[] {Math.sqrt(Arrays.stream(a.get(0)).map(x -> x * x).sum())};
      case "where" -> a.get(0)[0] != 0 ? a.get(1) : a.get(2);
      case "clamp" -> {
        double[] low = both(List.of(a.get(0), a.get(1)), Math::max);
        yield a.size() > 2 ? both(List.of(low, a.get(2)), Math::min) : low;
      }
      default -> throw new AssertionError("no case for " + operator);
    };
  }

  private static double[] each(List<double[]> a, DoubleUnaryOperator f) {
    return Arrays.stream(a.get(0)).map(f).toArray();
  }

  private static double[] both(List<double[]> a, DoubleBinaryOperator f) {
    double[] x = a.get(0);
    double[] y = a.get(1);
    double[] result = new double[Math.max(x.length, y.length)];
    for (int i = 0; i < result.length; i++) {
      result[i] = f.applyAsDouble(x[x.length == 1 ? 0 : i], y[y.length == 1 ? 0 : i]);
    }
    return result;
  }
}

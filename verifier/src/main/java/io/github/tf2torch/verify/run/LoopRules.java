package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code apply_gradients} of model.py does, line by line, for libtorch: of a stage that is of
 * gradients, {@code p} is the gradient.
 */
public final class LoopRules {
  public static final String GATHERED = "gradient_accumulator";
  public static final String AVERAGE = "average";

  private static final Expr P = Expr.local("p");
  private static final Expr G = Expr.local("g");

  /** By name. */
  static final Map<String, UpdateRule> ALL = all();

  private LoopRules() {}

  private static Map<String, UpdateRule> all() {
    Map<String, UpdateRule> all = new LinkedHashMap<>();
    // as backward() does of a loss that was multiplied
    Expr scaled = aten("mul", P, number("scale"));
    all.put("unscale", rule(List.of("scale"), "", line("p", aten("div", scaled, number("scale")))));
    Expr gathered = aten("add", Expr.local(GATHERED), P);
    all.put("gather", rule(List.of(), GATHERED, line(GATHERED, gathered)));
    all.put(
        "mean",
        rule(
            List.of("batches"),
            GATHERED,
            line("p", aten("div", gathered, number("batches"))),
            line(GATHERED, aten("zeros_like", P))));
    all.put("clipnorm", rule(List.of("most"), "", line("p", within(aten("norm", P)))));
    all.put("sum of squares", rule(List.of(), "", line("p", aten("add", P, squares()))));
    Expr share =
        new Expr.FloatArithmetic(
            "/",
            List.of(
                number("most"),
                new Expr.FloatArithmetic("max", List.of(number("norm"), number("most")))));
    all.put("global_clipnorm", rule(List.of("most", "norm"), "", line("p", aten("mul", P, share))));
    Expr clamped =
        aten("clamp", P, new Expr.FloatArithmetic("neg", List.of(number("most"))), number("most"));
    all.put("clipvalue", rule(List.of("most"), "", line("p", clamped)));
    Expr decay = new Expr.FloatArithmetic("*", List.of(number("decay"), number("lr")));
    all.put(
        "weight_decay",
        rule(
            List.of("decay", "lr"),
            "",
            line(
                "p",
                aten(
                    "mul",
                    P,
                    new Expr.FloatArithmetic("-", List.of(new Expr.IntLiteral(1), decay))))));
    Expr rest = new Expr.FloatArithmetic("-", List.of(new Expr.IntLiteral(1), number("momentum")));
    all.put(
        AVERAGE,
        rule(
            List.of("momentum"),
            AVERAGE,
            line(
                AVERAGE,
                aten(
                    "add",
                    aten("mul", Expr.local(AVERAGE), number("momentum")),
                    aten("mul", P, rest)))));
    all.put("overwrite", rule(List.of(), AVERAGE, line("p", Expr.local(AVERAGE))));
    return Collections.unmodifiableMap(all);
  }

  /** A gradient that is no longer than the most. */
  private static Expr within(Expr norm) {
    return aten("div", aten("mul", P, number("most")), aten("clamp", norm, number("most")));
  }

  private static Expr squares() {
    return aten("sum", aten("mul", G, G));
  }

  private static Expr aten(String operator, Expr... arguments) {
    return Expr.aten(operator, arguments);
  }

  private static Expr number(String name) {
    return Expr.local(name);
  }

  private static Statement.Assign line(String target, Expr value) {
    return new Statement.Assign(target, value);
  }

  private static UpdateRule rule(List<String> numbers, String kept, Statement.Assign... lines) {
    Map<String, Config> settings = new LinkedHashMap<>();
    numbers.forEach(n -> settings.put(n, new Config.Real(0)));
    settings.putIfAbsent("lr", new Config.Real(0));
    return new UpdateRule(
        "Stage",
        "",
        settings,
        Map.of(),
        kept.isEmpty() ? List.of() : List.of(new UpdateRule.State(kept, 0)),
        List.of(),
        List.of(lines),
        List.of(),
        Optional.empty());
  }
}

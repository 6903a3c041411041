package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.CellFunction;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Keras's activation functions by name, {@code keras/src/activations/activations.py}. */
final class Activations {
  /** One row each: the name in every version, and what it makes of a value. */
  private static final Map<String, BiFunction<Held, LayerContext, Expr>> ROWS =
      Map.ofEntries(
          row("relu", x -> Expr.aten("relu", x)),
          row("relu6", x -> Expr.aten("relu6", x)),
          row("sigmoid", x -> Expr.aten("sigmoid", x)),
          row("tanh", x -> Expr.aten("tanh", x)),
          row("elu", x -> Expr.aten("elu", x)),
          row("selu", x -> Expr.aten("selu", x)),
          row("celu", x -> Expr.aten("celu", x)),
          row("softplus", x -> Expr.aten("softplus", x)),
          row("silu", x -> Expr.aten("silu", x)),
          row("swish", x -> Expr.aten("silu", x)),
          row("mish", x -> Expr.aten("mish", x)),
          row("exponential", x -> Expr.aten("exp", x)),
          row("gelu", x -> Expr.aten("gelu", x)),
          row("log_sigmoid", x -> Expr.aten("log_sigmoid", x)),
          row("hard_silu", x -> Expr.aten("hardswish", x)),
          row("hard_swish", x -> Expr.aten("hardswish", x)),
          row("hard_tanh", x -> Expr.aten("hardtanh", x)),
          row("tanh_shrink", x -> Expr.aten("sub", x, Expr.aten("tanh", x))),
          row("hard_shrink", x -> Expr.aten("hardshrink", x)),
          row("soft_shrink", x -> Expr.aten("softshrink", x)),
          row("leaky_relu", x -> Expr.aten("leaky_relu", x, number(0.2f))),
          row("softsign", Activations::softsign),
          row("sparse_plus", Activations::sparsePlus),
          row("squareplus", x -> squareplus(x, 4)),
          row("threshold", x -> Expr.aten("threshold", x, number(0), number(0))),
          Map.entry("softmax", (x, context) -> along("softmax", x)),
          Map.entry("log_softmax", (x, context) -> along("log_softmax", x)),
          Map.entry(
              "hard_sigmoid",
              (x, context) ->
                  context.version().major() >= 3
                      ? Expr.aten("hardsigmoid", x.expr())
                      : hardSigmoidOfKeras2(x.expr())));

  private Activations() {}

  private static Map.Entry<String, BiFunction<Held, LayerContext, Expr>> row(
      String name, java.util.function.UnaryOperator<Expr> call) {
    return Map.entry(name, (x, context) -> call.apply(x.expr()));
  }

  /** What a layer's {@code activation} makes of a value. */
  static Held of(Held x, LayerContext context, String... names) {
    return apply(x, context.settings().get(names), context);
  }

  /** The function of a configuration; linear where there is none. */
  static Held apply(Held x, Optional<Config> function, LayerContext context) {
    if (function.isEmpty()) {
      return x;
    }
    String name = name(function.get(), context);
    if (name.equals("linear")) {
      return x;
    }
    BiFunction<Held, LayerContext, Expr> row = ROWS.get(name);
    if (row == null) {
      throw context.unsupported("has activation \"" + name + "\", which has no rule");
    }
    Expr call = row.apply(x, context);
    return call instanceof Expr.Aten aten
        ? context.assign(isSimple(aten) ? aten.operator() : name, aten, x.type())
        : context.assign(name, call, x.type());
  }

  /** The function of a setting as a cell's own, which takes what has an axis for a batch first. */
  static CellFunction ofCell(LayerContext context, String otherwise, String... names) {
    String name = context.settings().get(names).map(c -> name(c, context)).orElse(otherwise);
    if (name.equals("linear")) {
      return new CellFunction(name, CellFunction.ARGUMENT);
    }
    BiFunction<Held, LayerContext, Expr> row = ROWS.get(name);
    if (row == null) {
      throw context.unsupported("has activation \"" + name + "\", which has no rule");
    }
    if (name.equals("hard_sigmoid") && context.version().major() >= 3) {
      // the gradient of hardsigmoid has a sixth rounded to float32, in float64 too
      Expr shifted = Expr.aten("add", CellFunction.ARGUMENT, new Expr.IntLiteral(3));
      Expr sixfold = Expr.aten("relu6", shifted);
      return new CellFunction(name, Expr.aten("div", sixfold, new Expr.IntLiteral(6)));
    }
    Held argument =
        new Held(CellFunction.ARGUMENT, TensorType.plain(DType.FLOAT32, Dims.of(-1, -1)));
    return new CellFunction(name, row.apply(argument, context));
  }

  private static boolean isSimple(Expr.Aten call) {
    return call.arguments().stream().noneMatch(Expr.Aten.class::isInstance);
  }

  /** A name, or an object of a registered function or of a layer used as one. */
  private static String name(Config function, LayerContext context) {
    Optional<String> own =
        function
            .text()
            .or(() -> function.get("config").flatMap(Config::text))
            .or(() -> function.get("registered_name").flatMap(Config::text))
            .or(() -> function.get("class_name").flatMap(Config::text));
    String full =
        own.orElseThrow(() -> context.unsupported("has activation " + function + ", no name"));
    if (full.contains(">")) {
      throw context.unsupported("has activation \"" + full + "\", which is registered by a user");
    }
    return full;
  }

  /** Along TensorFlow's last axis. */
  static Expr along(String operator, Held x) {
    return along(operator, x, -1);
  }

  static Expr along(String operator, Held x, long axis) {
    int dimension = x.type().order().dimensionOf(x.type().axis(axis));
    return Expr.aten(operator, x.expr(), new Expr.IntLiteral(dimension));
  }

  private static Expr softsign(Expr x) {
    return Expr.aten("div", x, Expr.aten("add", Expr.aten("abs", x), number(1)));
  }

  /** {@code clip(0.2 x + 0.5, 0, 1)}; Keras 3 has {@code relu6(x + 3) / 6} by this name. */
  private static Expr hardSigmoidOfKeras2(Expr x) {
    Expr line = Expr.aten("add", Expr.aten("mul", x, number(0.2f)), number(0.5f));
    return Expr.aten("clamp", line, new Expr.IntLiteral(0), new Expr.IntLiteral(1));
  }

  /** 0 below -1, x above 1, and a parabola between: {@code (x + 1)^2 / 4}. */
  private static Expr sparsePlus(Expr x) {
    Expr one = number(1);
    Expr parabola = Expr.aten("mul", Expr.aten("square", Expr.aten("add", x, one)), number(0.25f));
    Expr below = Expr.aten("le", x, new Expr.IntLiteral(-1));
    Expr above = Expr.aten("ge", x, new Expr.IntLiteral(1));
    return Expr.aten(
        "where", below, Expr.aten("zeros_like", x), Expr.aten("where", above, x, parabola));
  }

  /** {@code (x + sqrt(x^2 + b)) / 2}. */
  static Expr squareplus(Expr x, float b) {
    Expr root = Expr.aten("sqrt", Expr.aten("add", Expr.aten("square", x), number(b)));
    return Expr.aten("div", Expr.aten("add", x, root), new Expr.IntLiteral(2));
  }

  static Expr number(float value) {
    return new Expr.FloatLiteral(value);
  }

  /** The names that there are, in alphabetical order. */
  static List<String> names() {
    return ROWS.keySet().stream().sorted().toList();
  }
}

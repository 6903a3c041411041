package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.ChannelDropout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The operators of a module that draw in training, each replaced by what is given, or told. */
final class RandomOperators {
  /** Of SELU: its scale times its alpha, below zero. */
  private static final double LOWEST = -1.6732632423543772848170429916717 * 1.0507009873554804934;

  private final TorchModule module;
  private final boolean isTold;
  private final String prefix;
  private final List<Statement> told = new ArrayList<>();
  private int count;

  private RandomOperators(TorchModule module, boolean isTold, String prefix) {
    this.module = module;
    this.isTold = isTold;
    this.prefix = prefix;
  }

  /** A module's forward in training. */
  record Forward(List<Statement> body, int draws) {}

  /** In which values {@code prefix0}, ... that are there stand for what it draws. */
  static Forward given(TorchModule module, String prefix) {
    RandomOperators operators = new RandomOperators(module, false, prefix);
    List<Statement> body = operators.all(module.forward());
    return new Forward(body, operators.count);
  }

  /** In which it assigns what it draws to such values. */
  static Forward told(TorchModule module, String prefix) {
    RandomOperators operators = new RandomOperators(module, true, prefix);
    List<Statement> body = operators.all(module.forward());
    return new Forward(body, operators.count);
  }

  /** How many times it draws. */
  static int count(TorchModule module) {
    return given(module, "").draws();
  }

  private List<Statement> all(List<Statement> body) {
    List<Statement> all = new ArrayList<>();
    for (Statement statement : body) {
      List<Statement> made = statement(statement);
      all.addAll(told);
      told.clear();
      all.addAll(made);
    }
    return all;
  }

  private List<Statement> statement(Statement statement) {
    if (statement instanceof Statement.Assign s) {
      return List.of(new Statement.Assign(s.targets(), expr(s.value())));
    }
    if (statement instanceof Statement.Return s) {
      return List.of(new Statement.Return(expr(s.value())));
    }
    if (statement instanceof Statement.For s) {
      return List.of(new Statement.For(s.index(), s.count(), all(s.body())));
    }
    Statement.If s = (Statement.If) statement;
    return s.condition() instanceof Expr.Training
        ? all(s.then())
        : List.of(new Statement.If(s.condition(), all(s.then()), all(s.otherwise())));
  }

  private Expr expr(Expr expr) {
    if (expr instanceof Expr.Training) {
      return new Expr.BoolLiteral(true);
    }
    if (expr instanceof Expr.ListLiteral e) {
      return new Expr.ListLiteral(e.elements().stream().map(this::expr).toList());
    }
    if (!(expr instanceof Expr.Aten e)) {
      return expr;
    }
    Expr.Aten call = new Expr.Aten(e.operator(), e.arguments().stream().map(this::expr).toList());
    return switch (call.operator()) {
      case "dropout", "feature_dropout", "alpha_dropout" -> dropped(call);
      case "randn_like" -> drawn(call);
      default -> call;
    };
  }

  private Expr dropped(Expr.Aten call) {
    Expr x = call.arguments().get(0);
    double rate = rate(call.arguments().get(1));
    boolean isOn = call.arguments().get(2).equals(new Expr.BoolLiteral(true));
    if (!isOn || rate <= 0 || rate >= 1) {
      return call;
    }
    return switch (call.operator()) {
      case "dropout" -> Expr.aten("mul", x, drawn(like("ones_like", call)));
      case "feature_dropout" -> Expr.aten("mul", x, drawn(ofChannels(like("ones_like", call))));
      default -> alpha(x, drawn(kept(like("zeros_like", call))), rate);
    };
  }

  private static double rate(Expr rate) {
    Expr literal = rate instanceof Expr.Setting s ? s.value() : rate;
    // the shortest decimal, as it is printed
    return literal instanceof Expr.FloatLiteral f
        ? Double.parseDouble(Float.toString(f.value()))
        : Double.NaN;
  }

  private static Expr.Aten like(String what, Expr.Aten call) {
    List<Expr> arguments = new ArrayList<>(call.arguments());
    arguments.set(0, Expr.aten(what, arguments.get(0)));
    return new Expr.Aten(call.operator(), arguments);
  }

  /** One number for all of a channel. */
  private Expr ofChannels(Expr factors) {
    int axes = module instanceof ChannelDropout c ? c.axes() : 0;
    List<Long> spatial = LongStream.range(2, 2L + axes).boxed().toList();
    return axes == 0
        ? factors
        : Expr.aten("amax", factors, Expr.ints(spatial), new Expr.BoolLiteral(true));
  }

  /** Zeros that are kept become a number above zero, and those that go one below. */
  private static Expr kept(Expr ofZeros) {
    return Expr.aten(
        "to",
        Expr.aten("gt", ofZeros, new Expr.IntLiteral(0)),
        new Expr.DTypeLiteral(io.github.tf2torch.tensor.DType.FLOAT32));
  }

  private static Expr alpha(Expr x, Expr kept, double rate) {
    double spread = Math.pow((1 - rate) * (1 + rate * LOWEST * LOWEST), -0.5);
    Expr gone = Expr.aten("mul", Expr.aten("sub", Expr.aten("ones_like", kept), kept), f(LOWEST));
    Expr all = Expr.aten("add", Expr.aten("mul", x, kept), gone);
    return Expr.aten("add", Expr.aten("mul", all, f(spread)), f(-spread * LOWEST * rate));
  }

  private static Expr f(double value) {
    return new Expr.FloatLiteral((float) value);
  }

  private Expr drawn(Expr draws) {
    String name = prefix + count++;
    if (isTold) {
      told.add(new Statement.Assign(name, draws));
    }
    return Expr.local(name);
  }
}

package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What makes one boundary, with the fault in it.
 *
 * @param stored by a tensor's name, other values that it might have had to hold, each under the
 *     words that say what they are
 * @param counterpart of it in TensorFlow
 */
public record Stretch(
    TorchModel model,
    Span span,
    Map<String, Map<String, TensorExpr>> stored,
    Counterpart counterpart) {
  public Stretch {
    stored = Map.copyOf(stored);
  }

  public static Stretch of(TorchModel model, Span span) {
    return new Stretch(model, span, Map.of(), Counterpart.none());
  }

  /** What it computes with beside what TensorFlow does, where that is known and short. */
  public Optional<String> operators() {
    return Operators.told(this);
  }

  /** Every expression that there is, modules' forwards among them. */
  Set<Expr> expressions() {
    Set<Expr> found = new LinkedHashSet<>();
    UnaryOperator<Expr> note =
        e -> {
          found.add(e);
          return e;
        };
    span.statements().forEach(i -> ExprMap.statement(model.body().get(i), note));
    model.modules().stream()
        .filter(m -> span.modules().contains(m.path()))
        .forEach(m -> m.module().forward().forEach(s -> ExprMap.statement(s, note)));
    return found;
  }

  /** The calls of operators, each once. */
  Stream<Expr.Aten> calls(Set<String> operators) {
    return calls().filter(e -> operators.contains(e.operator()));
  }

  /** All of them. */
  public Set<Expr.Aten> allCalls() {
    return calls().collect(Collectors.toSet());
  }

  private Stream<Expr.Aten> calls() {
    return expressions().stream().filter(Expr.Aten.class::isInstance).map(Expr.Aten.class::cast);
  }

  /** What an argument is, be it written there or a tensor of one element, as a trace holds it. */
  Optional<Double> number(Expr argument) {
    if (argument instanceof Expr.FloatLiteral e) {
      return Optional.of((double) e.value());
    }
    if (argument instanceof Expr.IntLiteral e) {
      return Optional.of((double) e.value());
    }
    return argument instanceof Expr.Attribute e
        ? tensors().stream()
            .filter(t -> t.name().equals(e.path()))
            .map(TorchModel.Tensor::recipe)
            .filter(r -> r.shape().count() == 1 && r instanceof TensorExpr.Constant)
            .map(r -> ((TensorExpr.Constant) r).value().doubles()[0])
            .findFirst()
        : Optional.empty();
  }

  /** The program with one call made into another. */
  Candidate with(String kind, String cause, Expr.Aten call, Expr other) {
    return rewritten(kind, cause, marks(call.operator()), x -> x.equals(call) ? other : x);
  }

  Candidate rewritten(String kind, String cause, List<String> marks, UnaryOperator<Expr> rewrite) {
    return new Candidate(kind, cause, marks, span.rewritten(model, rewrite));
  }

  /** The program with another statement in the place of one. */
  Candidate with(String kind, String cause, int at, Statement other) {
    List<Statement> body = new ArrayList<>(model.body());
    body.set(at, other);
    return new Candidate(kind, cause, List.of(), model.withBody(body));
  }

  /** The program with one tensor made into another. */
  Candidate remade(String kind, String cause, String tensor, UnaryOperator<TensorExpr> remake) {
    return remade(
        kind, cause, t -> t.name().equals(tensor) ? remake.apply(t.recipe()) : t.recipe());
  }

  Candidate remade(
      String kind,
      String cause,
      java.util.function.Function<TorchModel.Tensor, TensorExpr> remake) {
    return new Candidate(kind, cause, List.of(), span.remade(model, t -> t.with(remake.apply(t))));
  }

  List<TorchModel.Tensor> tensors() {
    return span.tensors(model);
  }

  /** A line that builds a module of the stretch, else one that calls the operator. */
  private List<String> marks(String operator) {
    List<String> marks = new ArrayList<>();
    span.modules().forEach(m -> marks.addAll(marksOfModule(m)));
    span.attributes().stream()
        .filter(a -> a.contains("."))
        .map(a -> a.substring(0, a.lastIndexOf('.')))
        .distinct()
        .forEach(m -> marks.addAll(marksOfModule(m)));
    marks.add(operator + "(");
    return marks;
  }

  /** What the line of {@code model.py} that builds a module holds, by its dotted path. */
  public static List<String> marksOfModule(String path) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    return List.of("self." + name + " = ", " " + name + "=");
  }

  /** A call with another argument, which may be one that it leaves to PyTorch's default. */
  static Expr.Aten with(Expr.Aten call, int at, Expr argument) {
    List<Expr> arguments = new ArrayList<>(call.arguments());
    if (at < arguments.size()) {
      arguments.set(at, argument);
    } else {
      arguments.add(argument);
    }
    return new Expr.Aten(call.operator(), arguments);
  }
}

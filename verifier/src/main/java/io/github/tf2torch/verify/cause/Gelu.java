package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** GELU by its error function, or by the tanh that is near it. */
final class Gelu implements Pitfall {
  private static final String KIND = "gelu";
  private static final String BY_ERF =
      "GELU by tanh in TensorFlow, by erf here: set approximate=\"tanh\"";
  private static final String BY_TANH =
      "GELU by erf in TensorFlow, by tanh here: set approximate=\"none\"";
  private static final Expr TANH = new Expr.Keyword("approximate", new Expr.TextLiteral("tanh"));

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return Stream.concat(
        stretch.calls(Set.of("gelu")).map(call -> other(call, stretch)),
        stretch
            .calls(Set.of("mul"))
            .flatMap(
                call ->
                    input(call).stream()
                        .map(x -> stretch.with(KIND, BY_TANH, call, Expr.aten("gelu", x)))));
  }

  private static Candidate other(Expr.Aten call, Stretch stretch) {
    Expr x = call.arguments().get(0);
    boolean isByTanh = call.arguments().contains(TANH);
    return stretch.with(
        KIND,
        isByTanh ? BY_TANH : BY_ERF,
        call,
        isByTanh ? Expr.aten("gelu", x) : Expr.aten("gelu", x, TANH));
  }

  /** {@code tf.nn.gelu} of {@code approximate=True}. */
  private static Expr byTanh(Expr x) {
    Expr cube = Expr.aten("mul", Expr.aten("pow", x, number(3)), number(0.044715f));
    Expr inner = Expr.aten("mul", Expr.aten("add", x, cube), number(0.7978846f));
    return Expr.aten(
        "mul",
        Expr.aten("mul", x, number(0.5f)),
        Expr.aten("add", Expr.aten("tanh", inner), number(1)));
  }

  private static Expr number(float value) {
    return new Expr.FloatLiteral(value);
  }

  /** The x of what {@link #byTanh} writes. */
  private static Optional<Expr> input(Expr.Aten mul) {
    return mul.arguments().get(0) instanceof Expr.Aten half
            && !half.arguments().isEmpty()
            && byTanh(half.arguments().get(0)).equals(mul)
        ? Optional.of(half.arguments().get(0))
        : Optional.empty();
  }
}

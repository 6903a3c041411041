package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A number in the arithmetic that is another: the slopes and scales that functions are made of. */
final class Constants implements Pitfall {
  private static final Set<String> OPERATORS =
      Set.of("add", "sub", "mul", "div", "pow", "clamp", "clamp_min", "clamp_max", "threshold");

  private static final List<Float> OTHERS =
      List.of(
          1f,
          0f,
          0.5f,
          2f,
          3f,
          4f,
          -1f,
          0.1f,
          0.2f,
          0.01f,
          1.702f,
          1.4142135f,
          1 / 6f,
          6f,
          255f,
          1 / 255f,
          127.5f,
          1 / 127.5f,
          0.044715f,
          0.7978846f,
          0.70710677f,
          1e-3f,
          1e-5f,
          1e-6f,
          1e-7f,
          1e-8f,
          1e-12f);

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch
        .calls(OPERATORS)
        .flatMap(
            call ->
                IntStream.range(0, call.arguments().size())
                    .filter(at -> Counterpart.isNumber(call, at))
                    .boxed()
                    .flatMap(at -> of(stretch, call, at)));
  }

  private static Stream<Candidate> of(Stretch stretch, Expr.Aten call, int at) {
    Optional<Double> here = stretch.number(call.arguments().get(at));
    return here.stream()
        .flatMap(
            number ->
                others(stretch)
                    .filter(other -> other != (float) (double) number)
                    .map(
                        other ->
                            stretch.with(
                                "constant",
                                "the number "
                                    + Decimal.of(number)
                                    + " of "
                                    + call.operator()
                                    + " here is "
                                    + Decimal.of(other)
                                    + " in TensorFlow",
                                call,
                                Stretch.with(call, at, new Expr.FloatLiteral(other)))));
  }

  /** TensorFlow's own at this layer where they are known, and what a division takes for them. */
  private static Stream<Float> others(Stretch stretch) {
    return Stream.concat(
            stretch.counterpart().numbers().stream()
                .flatMap(n -> n == 0 ? Stream.of(n) : Stream.of(n, (float) (1 / (double) n))),
            OTHERS.stream())
        .distinct();
  }
}

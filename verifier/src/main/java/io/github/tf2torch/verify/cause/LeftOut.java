package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A number of TensorFlow's that was left out: the scale of attention, or of an embedding. */
final class LeftOut implements Pitfall {
  private static final String NUMBER = "constant";

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch.counterpart().numbers().stream().flatMap(number -> number(stretch, number));
  }

  private static Stream<Candidate> number(Stretch stretch, float number) {
    String decimal = Decimal.of(number);
    return Stream.of("mul", "div", "add", "sub")
        .flatMap(
            operator ->
                Stream.concat(
                    stretch.span().fed().stream()
                        .map(Expr::local)
                        .map(
                            fed ->
                                stretch.rewritten(
                                    NUMBER,
                                    left(operator, decimal, "what it reads"),
                                    List.of(),
                                    e -> e.equals(fed) ? scaled(operator, e, number) : e)),
                    behind(stretch, operator, number, left(operator, decimal, "what it gives"))));
  }

  private static String left(String operator, String decimal, String what) {
    String sign = Map.of("mul", "*", "div", "/", "add", "+", "sub", "-").get(operator);
    return "TensorFlow has " + what + " " + sign + " " + decimal + ", which is left out here";
  }

  private static Expr scaled(String operator, Expr x, float number) {
    return Expr.aten(operator, x, new Expr.FloatLiteral(number));
  }

  private static Stream<Candidate> behind(
      Stretch stretch, String operator, float number, String cause) {
    TorchModel model = stretch.model();
    return stretch
        .span()
        .last(model)
        .map(
            (Span.Last last) ->
                new Candidate(
                    NUMBER,
                    cause,
                    List.of(),
                    last.with(model, scaled(operator, last.assign().value(), number))))
        .stream();
  }
}

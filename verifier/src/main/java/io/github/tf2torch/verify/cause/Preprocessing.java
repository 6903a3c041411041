package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An input on another scale: bytes, 0 to 1, -1 to 1. */
final class Preprocessing implements Pitfall {
  private static final List<Float> FACTORS = List.of(255f, 127.5f, 2f);
  private static final List<Float> SHIFTS = List.of(1f, 0.5f, -1f, -0.5f);

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    Set<Expr> inputs =
        stretch.model().inputs().stream()
            .filter(i -> i.dtype().isFloating() && stretch.span().fed().contains(i.name()))
            .map(TorchModel.Input::name)
            .map(Expr::local)
            .collect(Collectors.toSet());
    if (inputs.isEmpty()) {
      return Stream.empty();
    }
    return Stream.concat(
        FACTORS.stream()
            .flatMap(
                f ->
                    Stream.of(
                        scaled(stretch, inputs, "div", f), scaled(stretch, inputs, "mul", f))),
        Stream.concat(
            SHIFTS.stream().map(s -> scaled(stretch, inputs, "add", s)),
            Stream.of(centred(stretch, inputs))));
  }

  /** Bytes to -1 ... 1, as MobileNet and Inception want them. */
  private static Candidate centred(Stretch stretch, Set<Expr> inputs) {
    return stretch.rewritten(
        "preprocessing",
        "TensorFlow reads the input on another scale: x / 127.5 - 1",
        List.of("def forward("),
        x ->
            inputs.contains(x)
                ? Expr.aten(
                    "sub",
                    Expr.aten("div", x, new Expr.FloatLiteral(127.5f)),
                    new Expr.IntLiteral(1))
                : x);
  }

  private static Candidate scaled(
      Stretch stretch, Set<Expr> inputs, String operator, float number) {
    String sign = operator.equals("div") ? "/" : operator.equals("mul") ? "*" : "+";
    return stretch.rewritten(
        "preprocessing",
        "TensorFlow reads the input on another scale: x " + sign + " " + number,
        List.of("def forward("),
        x -> inputs.contains(x) ? Expr.aten(operator, x, new Expr.FloatLiteral(number)) : x);
  }
}

package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.Set;
import java.util.stream.Stream;

/** Keras 2's {@code clip(0.2 x + 0.5, 0, 1)}, PyTorch's and Keras 3's {@code relu6(x + 3) / 6}. */
final class HardSigmoid implements Pitfall {
  private static final String KIND = "hard_sigmoid";

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    Stream<Candidate> old =
        stretch
            .calls(Set.of("hardsigmoid"))
            .map(
                call ->
                    stretch.with(
                        KIND,
                        "hard_sigmoid of slope 0.2 in TensorFlow, 1/6 here: write"
                            + " clamp(0.2 * x + 0.5, 0, 1)",
                        call,
                        bySlope(call.arguments().get(0))));
    Stream<Candidate> recent =
        stretch
            .calls(Set.of("clamp"))
            .filter(call -> input(call) != null)
            .map(
                call ->
                    stretch.with(
                        KIND,
                        "hard_sigmoid of slope 1/6 in TensorFlow, 0.2 here: write F.hardsigmoid(x)",
                        call,
                        Expr.aten("hardsigmoid", input(call))));
    return Stream.concat(old, recent);
  }

  private static Expr bySlope(Expr x) {
    return Expr.aten(
        "clamp",
        Expr.aten("add", Expr.aten("mul", x, number(0.2f)), number(0.5f)),
        new Expr.IntLiteral(0),
        new Expr.IntLiteral(1));
  }

  private static Expr number(float value) {
    return new Expr.FloatLiteral(value);
  }

  /** The x of what {@link #bySlope} writes. */
  private static @org.jspecify.annotations.Nullable Expr input(Expr.Aten clamp) {
    boolean isWritten =
        clamp.arguments().get(0) instanceof Expr.Aten add
            && add.operator().equals("add")
            && add.arguments().get(0) instanceof Expr.Aten mul
            && mul.operator().equals("mul")
            && bySlope(mul.arguments().get(0)).equals(clamp);
    return isWritten
        ? ((Expr.Aten) ((Expr.Aten) clamp.arguments().get(0)).arguments().get(0)).arguments().get(0)
        : null;
  }
}

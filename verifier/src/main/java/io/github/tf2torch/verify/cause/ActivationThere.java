package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** An activation that was left out, before a layer or behind it, or is there without need. */
final class ActivationThere implements Pitfall {
  private static final String KIND = "activation";
  private static final List<String> OPERATORS =
      List.of("relu", "tanh", "sigmoid", "gelu", "silu", "elu", "selu", "relu6", "softplus");

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return Stream.concat(
        stretch.calls(Set.copyOf(OPERATORS)).map(call -> needless(stretch, call)),
        OPERATORS.stream()
            .flatMap(
                operator -> Stream.concat(before(stretch, operator), behind(stretch, operator))));
  }

  private static Candidate needless(Stretch stretch, Expr.Aten call) {
    Expr input = call.arguments().get(0);
    return stretch.rewritten(
        KIND,
        call.operator() + " here, and none in TensorFlow",
        List.of(call.operator() + "("),
        e -> e.equals(call) ? input : e);
  }

  private static Stream<Candidate> before(Stretch stretch, String operator) {
    return stretch.span().fed().stream()
        .map(
            fed ->
                stretch.rewritten(
                    KIND,
                    operator + " is missing before it: TensorFlow has one there",
                    List.of(),
                    e -> e.equals(Expr.local(fed)) ? Expr.aten(operator, e) : e));
  }

  private static Stream<Candidate> behind(Stretch stretch, String operator) {
    TorchModel model = stretch.model();
    return stretch
        .span()
        .last(model)
        .map(
            last ->
                new Candidate(
                    KIND,
                    operator + " is missing behind it: TensorFlow has one there",
                    List.of(),
                    last.with(model, Expr.aten(operator, last.assign().value()))))
        .stream();
  }
}

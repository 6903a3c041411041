package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Another operator of the same kind: functions that share a name, or look alike in a graph. */
record OtherOperator(String kind, List<String> operators) implements Pitfall {
  OtherOperator {
    operators = List.copyOf(operators);
  }

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch
        .calls(Set.copyOf(operators))
        .flatMap(
            call ->
                operators.stream()
                    .filter(other -> !other.equals(call.operator()))
                    .map(
                        other ->
                            stretch.with(
                                kind,
                                call.operator() + " here, " + other + " in TensorFlow",
                                call,
                                new Expr.Aten(other, call.arguments()))));
  }
}

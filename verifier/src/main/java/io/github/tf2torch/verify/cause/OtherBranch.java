package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Another branch that TensorFlow's layer reads and this one does not, such as a skip connection.
 */
final class OtherBranch implements Pitfall {
  private static final String KIND = "branch";

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch.counterpart().unread().entrySet().stream()
        .flatMap(branch -> stretch.span().fed().stream().flatMap(fed -> of(stretch, fed, branch)));
  }

  private static Stream<Candidate> of(
      Stretch stretch, String fed, Map.Entry<String, String> branch) {
    Expr here = Expr.local(fed);
    Expr other = Expr.local(branch.getKey());
    String layer = branch.getValue();
    return Stream.of(
        read(
            stretch,
            here,
            "what " + layer + " gives is not added here: TensorFlow adds it, as x + " + layer,
            Expr.aten("add", here, other)),
        read(
            stretch,
            here,
            "what " + layer + " gives is not multiplied by here: TensorFlow has x * " + layer,
            Expr.aten("mul", here, other)),
        read(
            stretch,
            here,
            "what " + layer + " gives is not concatenated here: TensorFlow has it behind",
            Expr.aten("cat", new Expr.ListLiteral(List.of(here, other)), new Expr.IntLiteral(1))),
        read(
            stretch, here, "TensorFlow reads what " + layer + " gives, here it is another", other));
  }

  private static Candidate read(Stretch stretch, Expr here, String cause, Expr right) {
    return stretch.rewritten(KIND, cause, List.of(), e -> e.equals(here) ? right : e);
  }
}

package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What is joined in another order: a skip connection before or behind what was computed. */
final class Concatenation implements Pitfall {
  /** Of more, every order is too many; two of them in each other's place is still found. */
  private static final int MOST = 16;

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch
        .calls(Set.of("cat", "concat"))
        .filter(call -> call.arguments().get(0) instanceof Expr.ListLiteral)
        .flatMap(
            call -> of(stretch, call, ((Expr.ListLiteral) call.arguments().get(0)).elements()));
  }

  private static Stream<Candidate> of(Stretch stretch, Expr.Aten call, List<Expr> joined) {
    List<Candidate> all = new ArrayList<>();
    for (int i = 0; i < Math.min(joined.size(), MOST); i++) {
      for (int j = i + 1; j < Math.min(joined.size(), MOST); j++) {
        List<Expr> other = new ArrayList<>(joined);
        other.set(i, joined.get(j));
        other.set(j, joined.get(i));
        all.add(
            stretch.with(
                "order",
                joined.size() == 2
                    ? "torch.cat joins in the other order than TensorFlow: torch.cat([b, a], ...)"
                    : "torch.cat joins in another order than TensorFlow: exchange its number "
                        + (i + 1)
                        + " and "
                        + (j + 1),
                call,
                Stretch.with(call, 0, new Expr.ListLiteral(other))));
      }
    }
    return all.stream();
  }
}

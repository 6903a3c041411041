package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Attention whose heads are split off, or joined again, by a view where a transpose is wanted. */
final class Heads implements Pitfall {
  private static final String KIND = "heads";
  private static final String SPLIT =
      "heads are split off as if they were positions: x.view(b, t, heads, d).transpose(1, 2)";
  private static final String JOINED =
      "heads are joined without a transpose: x.transpose(1, 2).reshape(b, t, heads * d)";

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    boolean isAttention =
        stretch.calls(Set.of("softmax", "scaled_dot_product_attention")).findAny().isPresent()
            || stretch.calls(Set.of("matmul", "bmm")).findAny().isPresent();
    return isAttention
        ? Stream.of(
            stretch.rewritten(KIND, SPLIT, List.of("view(", "reshape("), Heads::split),
            stretch.rewritten(KIND, JOINED, List.of("reshape(", "view("), Heads::joined),
            stretch.rewritten(KIND, SPLIT + "; " + JOINED, List.of("view(", "reshape("), both()))
        : Stream.empty();
  }

  private static UnaryOperator<Expr> both() {
    return e -> {
      Expr split = split(e);
      return split.equals(e) ? joined(e) : split;
    };
  }

  private static Expr split(Expr expr) {
    List<Expr> extents = Expressions.viewed(expr);
    return extents.size() == 4
        ? exchanged(
            Expr.aten(
                "reshape",
                ((Expr.Aten) expr).arguments().get(0),
                new Expr.ListLiteral(
                    List.of(extents.get(0), extents.get(2), extents.get(1), extents.get(3)))))
        : expr;
  }

  private static Expr joined(Expr expr) {
    return Expressions.viewed(expr).size() == 3
        ? Expr.aten(
            "reshape",
            exchanged(((Expr.Aten) expr).arguments().get(0)),
            ((Expr.Aten) expr).arguments().get(1))
        : expr;
  }

  private static Expr exchanged(Expr expr) {
    return Expr.aten("transpose", expr, new Expr.IntLiteral(1), new Expr.IntLiteral(2));
  }
}

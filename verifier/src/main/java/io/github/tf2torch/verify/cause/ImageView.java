package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.stream.Stream;

/**
 * Features that become an image, with its axes in TensorFlow's order where the weights have them in
 * PyTorch's, or the other way round.
 */
final class ImageView implements Pitfall {
  private static final String KIND = "view";
  private static final String WORDS = "features become an image in another order: ";
  private static final List<Long> TO_FIRST = List.of(0L, 3L, 1L, 2L);

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch.calls(Expressions.VIEWS).anyMatch(ImageView::isImage)
        ? Stream.of(
            stretch.rewritten(
                KIND,
                WORDS + "x.view(n, channels, height, width), without a permute",
                List.of("view(", "reshape("),
                ImageView::channelsFirst),
            stretch.rewritten(
                KIND,
                WORDS + "x.view(n, height, width, channels).permute(0, 3, 1, 2)",
                List.of("view(", "reshape("),
                ImageView::channelsLast))
        : Stream.empty();
  }

  private static Expr channelsFirst(Expr expr) {
    if (!(expr instanceof Expr.Aten call)) {
      return expr;
    }
    if (call.operator().equals("permute") && Expressions.wholes(call, 1).equals(TO_FIRST)) {
      return call.arguments().get(0);
    }
    return isImage(call) ? viewed(call, 0, 3, 1, 2) : call;
  }

  private static Expr channelsLast(Expr expr) {
    return expr instanceof Expr.Aten call && isImage(call)
        ? Expr.aten("permute", viewed(call, 0, 2, 3, 1), Expr.ints(TO_FIRST))
        : expr;
  }

  private static boolean isImage(Expr.Aten call) {
    return Expressions.viewed(call).size() == 4;
  }

  private static Expr viewed(Expr.Aten call, int... order) {
    List<Expr> extents = Expressions.viewed(call);
    return Expr.aten(
        "reshape",
        call.arguments().get(0),
        new Expr.ListLiteral(
            List.of(
                extents.get(order[0]),
                extents.get(order[1]),
                extents.get(order[2]),
                extents.get(order[3]))));
  }
}

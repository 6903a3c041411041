package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Cropped by slices from the wrong side: a transposed convolution that SAME cuts at the end. */
final class SliceSides implements Pitfall {
  private static final int START = 2;
  private static final int END = 3;

  /** Where a slice ends that goes to the end. */
  private static final long LAST = Long.MAX_VALUE;

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch.calls(Set.of("slice")).anyMatch(SliceSides::isCrop)
        ? Stream.of(
            stretch.rewritten(
                "crop",
                "cropped on the other side: x[:, :, :-1, :-1] cuts the end, x[:, :, 1:, 1:] the"
                    + " beginning",
                List.of("slice("),
                e -> e instanceof Expr.Aten call && isCrop(call) ? turned(call) : e))
        : Stream.empty();
  }

  private static boolean isCrop(Expr.Aten call) {
    return call.operator().equals("slice")
        && call.arguments().size() > END
        && call.arguments().get(START) instanceof Expr.IntLiteral start
        && call.arguments().get(END) instanceof Expr.IntLiteral end
        && (start.value() > 0 && end.value() == LAST || start.value() == 0 && end.value() < 0);
  }

  private static Expr turned(Expr.Aten call) {
    long start = ((Expr.IntLiteral) call.arguments().get(START)).value();
    long end = ((Expr.IntLiteral) call.arguments().get(END)).value();
    boolean isBeginning = start > 0;
    return Stretch.with(
        Stretch.with(call, START, new Expr.IntLiteral(isBeginning ? 0 : -end)),
        END,
        new Expr.IntLiteral(isBeginning ? -start : LAST));
  }
}

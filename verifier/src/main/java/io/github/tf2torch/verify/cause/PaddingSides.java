package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which side is padded by the odd one, or cropped: TensorFlow's SAME pads more at the bottom and
 * the right, and a transposed convolution cuts there.
 */
final class PaddingSides implements Pitfall {
  private static final String OTHER_SIDE =
      "padding on the other side: TensorFlow's SAME pads more at the bottom and the right";
  private static final String BOTH_SIDES =
      "TensorFlow's SAME pads both sides differently, here they are padded alike";

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch
        .calls(Set.of("constant_pad_nd", "pad"))
        .filter(call -> call.arguments().get(1) instanceof Expr.ListLiteral)
        .flatMap(
            call -> of(stretch, call, ((Expr.ListLiteral) call.arguments().get(1)).elements()));
  }

  private static Stream<Candidate> of(Stretch stretch, Expr.Aten call, List<Expr> pads) {
    return AxisChoice.of(pads.size() / 2).stream()
        .flatMap(axes -> of(stretch, call, pads, axes).stream());
  }

  private static List<Candidate> of(
      Stretch stretch, Expr.Aten call, List<Expr> pads, Set<Integer> axes) {
    List<Candidate> all = new ArrayList<>();
    List<Expr> turned = pairs(pads, axes, (a, b) -> List.of(b, a));
    boolean isCrop = pads.stream().anyMatch(p -> whole(p) < 0 && whole(p) > UNKNOWN);
    if (!turned.equals(pads)) {
      all.add(
          with(
              stretch,
              isCrop ? "crop" : "padding",
              isCrop ? "cropped on the other side" : OTHER_SIDE,
              call,
              turned));
    }
    for (int shift : new int[] {1, -1}) {
      List<Expr> moved = pairs(pads, axes, (a, b) -> moved(a, b, shift));
      if (!moved.equals(pads) && !moved.equals(turned)) {
        all.add(
            with(
                stretch,
                isCrop ? "crop" : "symmetry",
                isCrop
                    ? "cropped from another place: pads " + said(moved)
                    : BOTH_SIDES + ": pads " + said(moved),
                call,
                moved));
      }
    }
    List<Expr> even = pairs(pads, axes, PaddingSides::even);
    if (!even.equals(pads)) {
      all.add(with(stretch, "symmetry", BOTH_SIDES + ": pads " + said(even), call, even));
    }
    return all;
  }

  private static Candidate with(
      Stretch stretch, String kind, String cause, Expr.Aten call, List<Expr> pads) {
    return stretch.with(kind, cause, call, Stretch.with(call, 1, new Expr.ListLiteral(pads)));
  }

  private static final long UNKNOWN = Long.MIN_VALUE;

  private static long whole(Expr expr) {
    return expr instanceof Expr.IntLiteral i ? i.value() : UNKNOWN;
  }

  private interface Pair {
    List<Expr> of(Expr before, Expr after);
  }

  private static List<Expr> pairs(List<Expr> pads, Set<Integer> axes, Pair pair) {
    List<Expr> out = new ArrayList<>();
    for (int i = 0; i + 1 < pads.size(); i += 2) {
      Expr before = pads.get(i);
      Expr after = pads.get(i + 1);
      out.addAll(axes.contains(i / 2) ? pair.of(before, after) : List.of(before, after));
    }
    return out;
  }

  private static List<Expr> moved(Expr before, Expr after, int shift) {
    boolean isPadded = whole(before) != UNKNOWN && whole(after) != UNKNOWN;
    boolean isNothing = whole(before) == 0 && whole(after) == 0;
    // padding is moved from one side to the other as far as there is any
    boolean isBeyond =
        whole(before) >= 0
            && whole(after) >= 0
            && Math.min(whole(before) + shift, whole(after) - shift) < 0;
    return isPadded && !isNothing && !isBeyond
        ? List.of(
            new Expr.IntLiteral(whole(before) + shift), new Expr.IntLiteral(whole(after) - shift))
        : List.of(before, after);
  }

  /** What is padded unevenly padded evenly, and the other way round, with the same extents. */
  private static List<Expr> even(Expr before, Expr after) {
    long a = whole(before);
    long b = whole(after);
    if (a == UNKNOWN || b == UNKNOWN) {
      // of an extent that is known at run time only: half of it, and the rest
      return before.equals(after) ? List.of(before, after) : List.of(after, after);
    }
    return a + 1 == b && a >= 0
        ? List.of(after, after)
        : a == b && a > 0 ? List.of(new Expr.IntLiteral(a - 1), after) : List.of(before, after);
  }

  private static String said(List<Expr> pads) {
    return pads.stream()
        .map(p -> whole(p) == UNKNOWN ? "computed" : Long.toString(whole(p)))
        .toList()
        .toString();
  }
}

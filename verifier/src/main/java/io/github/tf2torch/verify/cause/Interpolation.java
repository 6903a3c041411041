package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** An image made larger by its nearest pixels where TensorFlow interpolates, or the other way. */
final class Interpolation implements Pitfall {
  private static final String NEAREST = "upsample_nearest2d";
  private static final String BILINEAR = "upsample_bilinear2d";

  /** Of what interpolates: the place of an argument that the nearest has not. */
  private static final int ALIGN_CORNERS = 2;

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch
        .calls(Set.of(NEAREST, "_upsample_nearest_exact2d", BILINEAR))
        .filter(call -> call.arguments().size() > ALIGN_CORNERS)
        .map(
            call -> {
              boolean isBilinear = call.operator().equals(BILINEAR);
              List<Expr> arguments = new ArrayList<>(call.arguments());
              if (isBilinear) {
                arguments.remove(ALIGN_CORNERS);
              } else {
                arguments.add(ALIGN_CORNERS, new Expr.BoolLiteral(false));
              }
              return stretch.with(
                  "interpolation",
                  isBilinear
                      ? "bilinear here, nearest in TensorFlow: set mode=\"nearest\""
                      : "nearest here, bilinear in TensorFlow: set mode=\"bilinear\"",
                  call,
                  new Expr.Aten(isBilinear ? NEAREST : BILINEAR, arguments));
            });
  }
}

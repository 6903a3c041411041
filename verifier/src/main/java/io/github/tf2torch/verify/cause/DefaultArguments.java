package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What PyTorch takes where code leaves arguments away, as the schemas of ATen's {@code
 * native_functions.yaml} have it. An argument behind those can be given by giving them, too.
 */
final class DefaultArguments {
  private static final Expr NONE = new Expr.ListLiteral(List.of());
  private static final Expr FALSE = new Expr.BoolLiteral(false);
  private static final Expr TRUE = new Expr.BoolLiteral(true);

  /** From the third argument on: stride, padding, ceil_mode, count_include_pad. */
  private static final List<Expr> AVERAGE = List.of(NONE, Expr.ints(List.of(0L)), FALSE, TRUE);

  private static final Map<String, List<Expr>> BEHIND_TWO =
      Map.of(
          "avg_pool1d", AVERAGE,
          "avg_pool2d", AVERAGE,
          "avg_pool3d", AVERAGE,
          "pad", List.of(new Expr.TextLiteral("constant"), new Expr.FloatLiteral(0)));

  private DefaultArguments() {}

  /** The call's arguments, those that it leaves away among them as far as they are known here. */
  static List<Expr> of(Expr.Aten call) {
    List<Expr> behind = BEHIND_TWO.getOrDefault(call.operator(), List.of());
    List<Expr> all = new ArrayList<>(call.arguments());
    for (int i = all.size() - 2; i >= 0 && i < behind.size(); i++) {
      all.add(behind.get(i));
    }
    return all;
  }

  /** The call with all arguments before one. */
  static Expr.Aten given(Expr.Aten call, int at) {
    return call.arguments().size() >= at
        ? call
        : new Expr.Aten(call.operator(), of(call).subList(0, at));
  }
}

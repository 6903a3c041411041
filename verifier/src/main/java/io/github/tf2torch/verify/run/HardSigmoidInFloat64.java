package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.cause.ExprMap;

/**
 * A program whose {@code hardsigmoid} is written out: in float64, too, PyTorch's backward kernel
 * multiplies by the float32 nearest to 1/6 ({@code aten/src/ATen/native/cpu/Activation.cpp}), a
 * part in 3e7 away from its own forward.
 */
final class HardSigmoidInFloat64 {
  private HardSigmoidInFloat64() {}

  static TorchModel of(TorchModel model) {
    return model.withBody(
        model.body().stream()
            .map(s -> ExprMap.statement(s, HardSigmoidInFloat64::written))
            .toList());
  }

  private static Expr written(Expr expr) {
    if (!(expr instanceof Expr.Aten call) || !call.operator().equals("hardsigmoid")) {
      return expr;
    }
    Expr shifted = Expr.aten("add", call.arguments().get(0), new Expr.FloatLiteral(3));
    return Expr.aten("div", Expr.aten("relu6", shifted), new Expr.FloatLiteral(6));
  }
}

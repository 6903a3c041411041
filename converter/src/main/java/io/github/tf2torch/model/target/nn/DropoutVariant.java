package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.List;

/** A module of PyTorch's that drops a share in training, whichever it drops. */
sealed interface DropoutVariant extends TorchModule permits AlphaDropout, ChannelDropout, Dropout {
  /** The share that goes. */
  float p();

  /** ATen's, which takes the input, the share and whether it trains. */
  String operator();

  @Override
  default List<Argument> constructor() {
    return p() == 0.5f ? List.of() : List.of(new Argument("", new Expr.FloatLiteral(p())));
  }

  @Override
  default List<String> inputs() {
    return List.of("input");
  }

  @Override
  default List<Statement> forward() {
    return List.of(
        new Statement.Return(
            Expr.aten(
                operator(), Expr.local("input"), new Expr.FloatLiteral(p()), new Expr.Training())));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.List;

/** {@code torch.nn.AlphaDropout}: any shape to the same; {@code p} is the share that goes. */
public record AlphaDropout(float p) implements TorchModule {
  @Override
  public String pythonClass() {
    return "nn.AlphaDropout";
  }

  @Override
  public List<Argument> constructor() {
    return p == 0.5f ? List.of() : List.of(new Argument("", new Expr.FloatLiteral(p)));
  }

  @Override
  public List<String> inputs() {
    return List.of("input");
  }

  @Override
  public List<Statement> forward() {
    return List.of(
        new Statement.Return(
            Expr.aten(
                "alpha_dropout",
                Expr.local("input"),
                new Expr.FloatLiteral(p),
                new Expr.Training())));
  }
}

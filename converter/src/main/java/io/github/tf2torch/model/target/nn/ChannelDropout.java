package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.List;

/**
 * {@code torch.nn.Dropout1d}, 2d and 3d: (N, C, ...) to the same; whole channels go, {@code p} is
 * their share.
 *
 * @param axes the number of axes behind the channels
 */
public record ChannelDropout(float p, int axes) implements TorchModule {
  @Override
  public String pythonClass() {
    return "nn.Dropout" + axes + "d";
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
                "feature_dropout",
                Expr.local("input"),
                new Expr.FloatLiteral(p),
                new Expr.Training())));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Stochastic depth: in training, a whole example of the batch goes with probability {@code p}, and
 * the others are scaled by {@code 1 / (1 - p)}.
 */
public record DropPath(float p, int rank) implements TorchModule {
  @Override
  public String pythonClass() {
    return rank == 4 ? "DropPath" : "DropPath" + rank + "d";
  }

  @Override
  public String pythonBase() {
    return "nn.Dropout";
  }

  @Override
  public String pythonDoc() {
    return "In training, drops whole examples of the batch.";
  }

  @Override
  public List<Argument> constructor() {
    return List.of(new Argument("", new Expr.FloatLiteral(p)));
  }

  @Override
  public List<String> inputs() {
    return List.of("x");
  }

  @Override
  public List<Statement> forward() {
    List<Long> others = LongStream.range(1, rank).boxed().toList();
    Expr examples =
        Expr.aten("amax", Expr.local("x"), Expr.ints(others), new Expr.BoolLiteral(true));
    Expr kept =
        Expr.aten(
            "dropout",
            Expr.aten("ones_like", examples),
            new Expr.Setting("p", new Expr.FloatLiteral(p)),
            new Expr.Training());
    return List.of(new Statement.Return(Expr.aten("mul", Expr.local("x"), kept)));
  }
}

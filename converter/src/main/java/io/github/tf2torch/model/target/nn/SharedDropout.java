package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.List;

/** Dropout whose mask is the same all along some axes, {@code dim}. */
public record SharedDropout(float p, List<Integer> dim) implements TorchModule {
  public SharedDropout {
    dim = List.copyOf(dim);
  }

  @Override
  public String pythonClass() {
    return "SharedDropout";
  }

  @Override
  public String pythonBase() {
    return "nn.Dropout";
  }

  @Override
  public String pythonDoc() {
    return "In training, drops the same elements all along dim.";
  }

  @Override
  public List<Argument> constructor() {
    return List.of(new Argument("", new Expr.FloatLiteral(p)), settings().get(0));
  }

  @Override
  public List<Argument> settings() {
    return List.of(new Argument("dim", Expr.ints(dim)));
  }

  @Override
  public List<String> inputs() {
    return List.of("x");
  }

  @Override
  public List<Statement> forward() {
    Expr x = Expr.local("x");
    Expr one =
        Expr.aten("amax", x, new Expr.Setting("dim", Expr.ints(dim)), new Expr.BoolLiteral(true));
    Expr mask =
        Expr.aten(
            "dropout",
            Expr.aten("ones_like", one),
            new Expr.Setting("p", new Expr.FloatLiteral(p)),
            new Expr.Training());
    return List.of(
        new Statement.If(
            new Expr.Training(),
            List.of(new Statement.Assign("y", Expr.aten("mul", x, mask))),
            List.of(new Statement.Assign("y", x))),
        new Statement.Return(Expr.local("y")));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.List;

/**
 * Keras's GaussianNoise and GaussianDropout: in training, normal noise of a standard deviation is
 * added, or what is one and such noise multiplied.
 */
public record Noise(float std, boolean isMultiplied) implements TorchModule {
  @Override
  public String pythonClass() {
    return isMultiplied ? "GaussianDropout" : "GaussianNoise";
  }

  @Override
  public String pythonDoc() {
    return isMultiplied
        ? "In training, multiplies by normal noise around one."
        : "In training, adds normal noise.";
  }

  @Override
  public List<Argument> constructor() {
    return List.of(new Argument("std", new Expr.FloatLiteral(std)));
  }

  @Override
  public List<String> inputs() {
    return List.of("x");
  }

  @Override
  public List<Statement> forward() {
    Expr x = Expr.local("x");
    Expr setting = new Expr.Setting("std", new Expr.FloatLiteral(std));
    Expr noise = Expr.aten("mul", Expr.aten("randn_like", x), setting);
    Expr noisy =
        isMultiplied
            ? Expr.aten("mul", x, Expr.aten("add", noise, new Expr.IntLiteral(1)))
            : Expr.aten("add", x, noise);
    return List.of(
        new Statement.If(
            new Expr.Training(),
            List.of(new Statement.Assign(List.of("y"), noisy)),
            List.of(new Statement.Assign(List.of("y"), x))),
        new Statement.Return(Expr.local("y")));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.List;

/** {@code torch.nn.Linear}: (..., in) to (..., out). Weight (out, in). */
public record Linear(long inFeatures, long outFeatures, boolean bias, DType dtype)
    implements TorchModule {
  @Override
  public String pythonClass() {
    return "nn.Linear";
  }

  @Override
  public List<Argument> constructor() {
    Argument in = Arguments.positional(inFeatures);
    Argument out = Arguments.positional(outFeatures);
    return bias
        ? List.of(in, out)
        : List.of(in, out, new Argument("bias", new Expr.BoolLiteral(false)));
  }

  @Override
  public List<Slot> parameters() {
    Slot weight = new Slot("weight", dtype, Shape.of(outFeatures, inFeatures));
    return bias ? List.of(weight, new Slot("bias", dtype, Shape.of(outFeatures))) : List.of(weight);
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
                "linear",
                Expr.local("input"),
                new Expr.Attribute("weight"),
                bias ? new Expr.Attribute("bias") : new Expr.NoneLiteral())));
  }
}

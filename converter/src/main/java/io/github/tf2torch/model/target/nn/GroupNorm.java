package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** {@code torch.nn.GroupNorm}: (batch, channels, ...) to the same. */
public record GroupNorm(long groups, long channels, float eps, DType dtype) implements TorchModule {
  @Override
  public String pythonClass() {
    return "nn.GroupNorm";
  }

  @Override
  public List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Arguments.positional(groups));
    arguments.add(Arguments.positional(channels));
    Arguments.addEps(arguments, eps);
    return arguments;
  }

  @Override
  public List<Slot> parameters() {
    return List.of(
        new Slot("weight", dtype, Shape.of(channels)), new Slot("bias", dtype, Shape.of(channels)));
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
                "group_norm",
                Expr.local("input"),
                new Expr.IntLiteral(groups),
                new Expr.Attribute("weight"),
                new Expr.Attribute("bias"),
                new Expr.FloatLiteral(eps))));
  }
}

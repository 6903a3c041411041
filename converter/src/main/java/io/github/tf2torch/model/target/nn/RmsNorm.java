package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.List;

/**
 * {@code torch.nn.RMSNorm}, of PyTorch 2.4 on: any shape that ends in {@code shape}, to the same.
 * Its epsilon has no number of its own in PyTorch, so that it is always said.
 */
public record RmsNorm(List<Long> shape, float eps, DType dtype) implements TorchModule {
  public RmsNorm {
    shape = List.copyOf(shape);
  }

  @Override
  public String pythonClass() {
    return "nn.RMSNorm";
  }

  @Override
  public List<Argument> constructor() {
    return List.of(
        Arguments.normalizedShape(shape), new Argument("eps", new Expr.FloatLiteral(eps)));
  }

  @Override
  public List<Slot> parameters() {
    return List.of(new Slot("weight", dtype, new Shape(shape)));
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
                "rms_norm",
                Expr.local("input"),
                Expr.ints(shape),
                new Expr.Attribute("weight"),
                new Expr.FloatLiteral(eps))));
  }
}

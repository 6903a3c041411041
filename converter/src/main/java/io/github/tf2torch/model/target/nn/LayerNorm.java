package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code torch.nn.LayerNorm}: any shape that ends in {@code shape}, to the same. Affine, since a
 * converter always writes gamma and beta.
 */
public record LayerNorm(List<Long> shape, float eps, DType dtype) implements TorchModule {
  public LayerNorm {
    shape = List.copyOf(shape);
  }

  @Override
  public String pythonClass() {
    return "nn.LayerNorm";
  }

  @Override
  public List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Arguments.normalizedShape(shape));
    Arguments.addEps(arguments, eps);
    return arguments;
  }

  @Override
  public List<Slot> parameters() {
    return List.of(
        new Slot("weight", dtype, new Shape(shape)), new Slot("bias", dtype, new Shape(shape)));
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
                "layer_norm",
                Expr.local("input"),
                Expr.ints(shape),
                new Expr.Attribute("weight"),
                new Expr.Attribute("bias"),
                new Expr.FloatLiteral(eps))));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code torch.nn.BatchNorm1d}, {@code BatchNorm2d} and {@code BatchNorm3d} share: always
 * affine, since a converter always writes gamma and beta. Momentum is PyTorch's, the weight of the
 * new batch.
 */
public sealed interface BatchNorm extends TorchModule
    permits BatchNorm1d, BatchNorm2d, BatchNorm3d {
  long numFeatures();

  float eps();

  float momentum();

  DType dtype();

  @Override
  default List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Arguments.positional(numFeatures()));
    if (eps() != 1e-5f) {
      arguments.add(new Argument("eps", new Expr.FloatLiteral(eps())));
    }
    if (momentum() != 0.1f) {
      arguments.add(new Argument("momentum", new Expr.FloatLiteral(momentum())));
    }
    return arguments;
  }

  @Override
  default List<Slot> parameters() {
    Shape shape = Shape.of(numFeatures());
    return List.of(new Slot("weight", dtype(), shape), new Slot("bias", dtype(), shape));
  }

  @Override
  default List<Slot> buffers() {
    Shape shape = Shape.of(numFeatures());
    return List.of(
        new Slot("running_mean", dtype(), shape),
        new Slot("running_var", dtype(), shape),
        new Slot("num_batches_tracked", DType.INT64, Shape.of()));
  }

  @Override
  default List<String> inputs() {
    return List.of("input");
  }

  /** The normalization of a subclass, which has eps as an attribute. */
  default Expr normalized(Expr variance, Expr training, Expr momentum) {
    return Expr.aten(
        "batch_norm",
        Expr.local("input"),
        new Expr.Attribute("weight"),
        new Expr.Attribute("bias"),
        new Expr.Attribute("running_mean"),
        variance,
        training,
        momentum,
        new Expr.Setting("eps", new Expr.FloatLiteral(eps())),
        new Expr.BoolLiteral(false));
  }

  /** As {@code torch/nn/modules/batchnorm.py} does with a fixed momentum. */
  @Override
  default List<Statement> forward() {
    Statement count =
        new Statement.Assign(
            "counted",
            Expr.aten("add_", new Expr.Attribute("num_batches_tracked"), new Expr.IntLiteral(1)));
    return List.of(
        new Statement.If(new Expr.Training(), List.of(count), List.of()),
        new Statement.Return(
            Expr.aten(
                "batch_norm",
                Expr.local("input"),
                new Expr.Attribute("weight"),
                new Expr.Attribute("bias"),
                new Expr.Attribute("running_mean"),
                new Expr.Attribute("running_var"),
                new Expr.Training(),
                new Expr.FloatLiteral(momentum()),
                new Expr.FloatLiteral(eps()),
                new Expr.BoolLiteral(false))));
  }
}

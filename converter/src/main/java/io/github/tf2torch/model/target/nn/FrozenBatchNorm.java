package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.List;

/**
 * Batch normalization of a layer that is frozen ({@code trainable=False}): in training, too, by its
 * running statistics, as Keras does it from 2.0 of TensorFlow on.
 *
 * @param like PyTorch's own, which it is but for that
 */
public record FrozenBatchNorm(BatchNorm like) implements Inheriting {
  @Override
  public String pythonClass() {
    return like.pythonClass().replace("nn.", "Frozen");
  }

  @Override
  public String pythonDoc() {
    return "In training, too, it normalizes by its running statistics.";
  }

  @Override
  public List<Statement> forward() {
    return List.of(
        new Statement.Return(
            like.normalized(
                new Expr.Attribute("running_var"),
                new Expr.BoolLiteral(false),
                new Expr.FloatLiteral(0))));
  }
}

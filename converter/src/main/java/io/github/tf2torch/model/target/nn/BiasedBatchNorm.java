package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.List;

/**
 * Batch normalization as TensorFlow's arithmetic and Keras 3 do it: its running variance follows
 * the variance of the batch itself, where PyTorch's follows that of a sample, larger by {@code N /
 * (N - 1)}.
 *
 * @param like PyTorch's own, which it is but for that
 */
public record BiasedBatchNorm(BatchNorm like) implements Inheriting {
  @Override
  public String pythonClass() {
    return like.pythonClass().replace("nn.", "Biased");
  }

  @Override
  public String pythonDoc() {
    return "Its running variance follows that of the batch itself, without Bessel's correction.";
  }

  /**
   * PyTorch's update first, and then Bessel's factor taken out of what it added: a {@code 1 / n} of
   * the way back to what was there before. A second look at the whole batch costs half a training
   * step. It happens to a copy: backward reads what forward was given.
   */
  @Override
  public List<Statement> forward() {
    Expr average = new Expr.Attribute("running_var");
    Expr variance = Expr.local("variance");
    Expr kept = Expr.local("kept");
    Expr n = Expr.local("n");
    Expr one = new Expr.IntLiteral(1);
    Expr momentum = new Expr.Setting("momentum", new Expr.FloatLiteral(like.momentum()));
    Expr count =
        new Expr.IntArithmetic(
            "//",
            Expr.aten("numel", Expr.local("input")),
            Expr.aten("size", Expr.local("input"), one));
    return List.of(
        new Statement.Assign("variance", average),
        new Statement.If(
            new Expr.Training(),
            List.of(
                new Statement.Assign(
                    "counted", Expr.aten("add_", new Expr.Attribute("num_batches_tracked"), one)),
                new Statement.Assign("variance", Expr.aten("clone", variance))),
            List.of()),
        new Statement.Assign("output", like.normalized(variance, new Expr.Training(), momentum)),
        new Statement.If(
            new Expr.Training(),
            List.of(
                new Statement.Assign("n", count),
                new Statement.Assign(
                    "kept",
                    Expr.aten(
                        "mul", average, Expr.aten("sub", new Expr.FloatLiteral(1), momentum))),
                // of a single value PyTorch's variance is not a number, and TensorFlow's is 0
                new Statement.If(
                    Expr.aten("gt", n, one),
                    List.of(
                        follow(
                            average, Expr.aten("lerp", variance, kept, Expr.aten("div", one, n)))),
                    List.of(follow(average, kept)))),
            List.of()),
        new Statement.Return(Expr.local("output")));
  }

  private static Statement follow(Expr average, Expr to) {
    return new Statement.Assign("followed", Expr.aten("copy_", average, to));
  }
}

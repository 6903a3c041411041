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
public record BiasedBatchNorm(BatchNorm like) implements BatchNormVariant {
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
   * step.
   */
  @Override
  public List<Statement> forward() {
    Expr variance = new Expr.Attribute("running_var");
    Expr momentum = new Expr.Setting("momentum", new Expr.FloatLiteral(like.momentum()));
    Expr count =
        new Expr.IntArithmetic(
            "//",
            Expr.aten("numel", Expr.local("input")),
            Expr.aten("size", Expr.local("input"), new Expr.IntLiteral(1)));
    Expr one = new Expr.IntLiteral(1);
    Expr left = Expr.aten("mul", variance, Expr.aten("sub", new Expr.FloatLiteral(1), momentum));
    return List.of(
        new Statement.If(
            new Expr.Training(),
            List.of(
                new Statement.Assign(
                    "counted", Expr.aten("add_", new Expr.Attribute("num_batches_tracked"), one)),
                new Statement.Assign("n", count),
                new Statement.Assign("kept", left),
                // backward reads what forward was given, so that it may not change in place
                new Statement.Assign("updated", Expr.aten("clone", variance)),
                new Statement.Assign("output", normalized(true, momentum, Expr.local("updated"))),
                // of a single value PyTorch's variance is not a number, and TensorFlow's is 0
                new Statement.If(
                    Expr.aten("gt", Expr.local("n"), one),
                    List.of(
                        follow(
                            Expr.aten(
                                "copy_",
                                variance,
                                Expr.aten(
                                    "lerp",
                                    Expr.local("updated"),
                                    Expr.local("kept"),
                                    Expr.aten("div", one, Expr.local("n")))))),
                    List.of(follow(Expr.aten("copy_", variance, Expr.local("kept")))))),
            List.of(
                new Statement.Assign(
                    "output", normalized(false, new Expr.FloatLiteral(0.1f), variance)))),
        new Statement.Return(Expr.local("output")));
  }

  private static Statement follow(Expr update) {
    return new Statement.Assign("variance", update);
  }

  private Expr normalized(boolean isTraining, Expr momentum, Expr variance) {
    return Expr.aten(
        "batch_norm",
        Expr.local("input"),
        new Expr.Attribute("weight"),
        new Expr.Attribute("bias"),
        new Expr.Attribute("running_mean"),
        variance,
        new Expr.BoolLiteral(isTraining),
        momentum,
        new Expr.Setting("eps", new Expr.FloatLiteral(like.eps())),
        new Expr.BoolLiteral(false));
  }
}

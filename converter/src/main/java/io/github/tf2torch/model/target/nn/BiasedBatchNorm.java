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

  /** Of momentum 0, {@code batch_norm} leaves its running statistics as they are. */
  @Override
  public List<Statement> forward() {
    return List.of(
        new Statement.If(
            new Expr.Training(),
            List.of(
                new Statement.Assign(
                    "counted",
                    Expr.aten(
                        "add_", new Expr.Attribute("num_batches_tracked"), new Expr.IntLiteral(1))),
                new Statement.Assign("channels", channels()),
                follow("mean", "running_mean", Expr.aten("mean", Expr.local("channels"), ONE)),
                follow(
                    "variance",
                    "running_var",
                    Expr.aten("var", Expr.local("channels"), ONE, new Expr.BoolLiteral(false)))),
            List.of()),
        new Statement.Return(
            Expr.aten(
                "batch_norm",
                Expr.local("input"),
                new Expr.Attribute("weight"),
                new Expr.Attribute("bias"),
                new Expr.Attribute("running_mean"),
                new Expr.Attribute("running_var"),
                new Expr.Training(),
                new Expr.FloatLiteral(0),
                new Expr.Setting("eps", new Expr.FloatLiteral(like.eps())),
                new Expr.BoolLiteral(false))));
  }

  private static final Expr ONE = Expr.ints(List.of(1));

  /** A row for each channel, whatever the rank. */
  private static Expr channels() {
    Expr first =
        Expr.aten(
            "transpose",
            Expr.aten("detach", Expr.local("input")),
            new Expr.IntLiteral(0),
            new Expr.IntLiteral(1));
    return Expr.aten("flatten", first, new Expr.IntLiteral(1), new Expr.IntLiteral(-1));
  }

  private Statement follow(String name, String average, Expr batch) {
    return new Statement.Assign(
        name,
        Expr.aten(
            "lerp_",
            new Expr.Attribute(average),
            batch,
            new Expr.Setting("momentum", new Expr.FloatLiteral(like.momentum()))));
  }
}

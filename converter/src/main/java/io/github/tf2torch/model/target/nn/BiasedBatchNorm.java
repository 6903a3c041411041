package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Batch normalization as TensorFlow's arithmetic and Keras 3 do it: its running variance follows
 * the variance of the batch itself, where PyTorch's follows that of a sample, larger by {@code N /
 * (N - 1)}.
 *
 * @param like PyTorch's own, which it is but for that
 */
public record BiasedBatchNorm(BatchNorm like) implements Inheriting {
  private static final Expr AVERAGE = new Expr.Attribute("running_var");
  private static final Expr VARIANCE = Expr.local("variance");
  private static final Expr ONE = new Expr.IntLiteral(1);

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
    return List.of(
        new Statement.Assign("variance", AVERAGE),
        new Statement.If(new Expr.Training(), counted(), List.of()),
        new Statement.Assign("output", like.normalized(VARIANCE, new Expr.Training(), momentum())),
        new Statement.If(new Expr.Training(), followed(), List.of()),
        new Statement.Return(Expr.local("output")));
  }

  /** One call in training: {@code output} of {@code input}. */
  List<Statement> trained() {
    List<Statement> body = new ArrayList<>(List.of(new Statement.Assign("variance", AVERAGE)));
    body.addAll(counted());
    body.add(
        new Statement.Assign("output", like.normalized(VARIANCE, new Expr.Training(), momentum())));
    body.addAll(followed());
    return body;
  }

  private Expr momentum() {
    return new Expr.Setting("momentum", new Expr.FloatLiteral(like.momentum()));
  }

  private static List<Statement> counted() {
    return List.of(
        new Statement.Assign(
            "counted", Expr.aten("add_", new Expr.Attribute("num_batches_tracked"), ONE)),
        new Statement.Assign("variance", Expr.aten("clone", VARIANCE)));
  }

  private List<Statement> followed() {
    Expr kept = Expr.local("kept");
    Expr n = Expr.local("n");
    Expr count =
        new Expr.IntArithmetic(
            "//",
            Expr.aten("numel", Expr.local("input")),
            Expr.aten("size", Expr.local("input"), ONE));
    Expr old = Expr.aten("sub", new Expr.FloatLiteral(1), momentum());
    return List.of(
        new Statement.Assign("n", count),
        new Statement.Assign("kept", Expr.aten("mul", AVERAGE, old)),
        // of a single value PyTorch's variance is not a number, and TensorFlow's is 0
        new Statement.If(
            Expr.aten("gt", n, ONE),
            List.of(follow(Expr.aten("lerp", VARIANCE, kept, Expr.aten("div", ONE, n)))),
            List.of(follow(kept))));
  }

  private static Statement follow(Expr to) {
    return new Statement.Assign("followed", Expr.aten("copy_", AVERAGE, to));
  }
}

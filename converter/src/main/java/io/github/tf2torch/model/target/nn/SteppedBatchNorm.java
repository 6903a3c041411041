package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Batch normalization of several steps that are one batch, (N * steps, C, ...): in training each
 * has statistics of its own, as Keras 3's TimeDistributed calls its layer for one after another.
 */
public record SteppedBatchNorm(BatchNorm like, long steps) implements Inheriting {
  private static final Expr WHOLE = Expr.local("whole");

  @Override
  public String pythonClass() {
    return like.pythonClass().replace("nn.", "Stepped");
  }

  @Override
  public String pythonDoc() {
    return "In training, normalizes each of its steps by itself, without Bessel's correction.";
  }

  @Override
  public List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>(like.constructor());
    arguments.addAll(settings());
    return arguments;
  }

  @Override
  public List<Argument> settings() {
    return List.of(new Argument("steps", new Expr.IntLiteral(steps)));
  }

  @Override
  public List<Statement> forward() {
    Expr count = new Expr.Setting("steps", new Expr.IntLiteral(steps));
    Expr zero = new Expr.IntLiteral(0);
    Expr one = new Expr.IntLiteral(1);
    Expr end = new Expr.IntLiteral(Long.MAX_VALUE);
    Expr step = Expr.aten("slice", WHOLE, zero, Expr.local("t"), end, count);
    List<Statement> each = new ArrayList<>(List.of(new Statement.Assign("input", step)));
    each.addAll(new BiasedBatchNorm(like).trained());
    Expr outputs = Expr.local("outputs");
    each.add(new Statement.Assign("appended", Expr.aten("append", outputs, Expr.local("output"))));
    Expr together = Expr.aten("flatten", Expr.aten("stack", outputs, one), zero, one);
    Expr momentum = new Expr.Setting("momentum", new Expr.FloatLiteral(like.momentum()));
    Expr inference =
        like.normalized(new Expr.Attribute("running_var"), new Expr.BoolLiteral(false), momentum);
    return List.of(
        new Statement.If(
            new Expr.Training(),
            List.of(
                new Statement.Assign("whole", Expr.local("input")),
                new Statement.Assign("outputs", new Expr.ListLiteral(List.of())),
                new Statement.For("t", count, each),
                new Statement.Assign("result", together)),
            List.of(new Statement.Assign("result", inference))),
        new Statement.Return(Expr.local("result")));
  }
}

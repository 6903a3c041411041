package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.target.AlteredModule;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.ArrayList;
import java.util.List;

/** A module that is called with the masks which it would draw. */
record GivenMasks(TorchModule like) implements AlteredModule {
  private static final String DROPOUT = "dropout";

  /** How many masks it draws in a call. */
  static int count(TorchModule module) {
    return module.forward().stream().mapToInt(GivenMasks::count).sum();
  }

  private static int count(Statement statement) {
    if (statement instanceof Statement.Assign s) {
      return count(s.value());
    }
    if (statement instanceof Statement.Return s) {
      return count(s.value());
    }
    if (statement instanceof Statement.For s) {
      return s.body().stream().mapToInt(GivenMasks::count).sum();
    }
    Statement.If s = (Statement.If) statement;
    return s.then().stream().mapToInt(GivenMasks::count).sum()
        + s.otherwise().stream().mapToInt(GivenMasks::count).sum();
  }

  private static int count(Expr expr) {
    return isDrawn(expr) ? 1 : expr.parts().stream().mapToInt(GivenMasks::count).sum();
  }

  private static boolean isDrawn(Expr expr) {
    return expr instanceof Expr.Aten call && call.operator().equals(DROPOUT);
  }

  @Override
  public String pythonClass() {
    return "Given" + like.pythonClass().replace("nn.", "");
  }

  @Override
  public List<String> inputs() {
    List<String> all = new ArrayList<>(like.inputs());
    for (int i = 0; i < count(like); i++) {
      all.add("mask_" + i);
    }
    return all;
  }

  @Override
  public List<Statement> forward() {
    return new Replacing().all(like.forward());
  }

  /** Numbers the draws in the order in which they stand. */
  private static final class Replacing {
    private int next;

    List<Statement> all(List<Statement> body) {
      return body.stream().map(this::one).toList();
    }

    private Statement one(Statement statement) {
      if (statement instanceof Statement.Assign s) {
        return new Statement.Assign(s.targets(), one(s.value()));
      }
      if (statement instanceof Statement.Return s) {
        return new Statement.Return(one(s.value()));
      }
      if (statement instanceof Statement.For s) {
        return new Statement.For(s.index(), s.count(), all(s.body()));
      }
      Statement.If s = (Statement.If) statement;
      return new Statement.If(s.condition(), all(s.then()), all(s.otherwise()));
    }

    private Expr one(Expr expr) {
      if (isDrawn(expr)) {
        Expr dropped = ((Expr.Aten) expr).arguments().get(0); // ones, where a mask serves many
        return new Expr.Aten("mul", List.of(dropped, Expr.local("mask_" + next++)));
      }
      if (expr instanceof Expr.Aten e) {
        return new Expr.Aten(e.operator(), e.arguments().stream().map(this::one).toList());
      }
      return expr instanceof Expr.ListLiteral e
          ? new Expr.ListLiteral(e.elements().stream().map(this::one).toList())
          : expr;
    }
  }
}

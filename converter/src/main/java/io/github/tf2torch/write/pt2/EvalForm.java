package io.github.tf2torch.write.pt2;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import java.util.List;

/** Whether a program computes otherwise in training. */
final class EvalForm {
  private EvalForm() {}

  static boolean isChosen(TorchModel model) {
    return isChosen(model.body())
        || model.modules().stream().anyMatch(m -> isChosen(m.module().forward()));
  }

  private static boolean isChosen(List<Statement> body) {
    return body.stream().anyMatch(EvalForm::isChosen);
  }

  private static boolean isChosen(Statement statement) {
    if (statement instanceof Statement.Assign s) {
      return isAsked(s.value());
    }
    if (statement instanceof Statement.Return s) {
      return isAsked(s.value());
    }
    if (statement instanceof Statement.For s) {
      return isAsked(s.count()) || isChosen(s.body());
    }
    Statement.If s = (Statement.If) statement;
    return isAsked(s.condition()) || isChosen(s.then()) || isChosen(s.otherwise());
  }

  private static boolean isAsked(Expr expr) {
    return expr instanceof Expr.Training || expr.parts().stream().anyMatch(EvalForm::isAsked);
  }
}

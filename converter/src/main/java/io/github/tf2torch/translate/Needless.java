package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.Statement.Assign;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a program computes and nobody reads, such as the masks that Keras makes beside each
 * embedding.
 */
final class Needless {
  private final Set<String> read = new HashSet<>();

  private Needless(List<TorchModel.Output> outputs) {
    outputs.forEach(o -> read.add(o.value()));
  }

  /** The statements that are left; what changes anything, a module or a tensor in place, stays. */
  static List<Statement> without(List<Statement> body, List<TorchModel.Output> outputs) {
    Needless walk = new Needless(outputs);
    Deque<Statement> kept = new ArrayDeque<>();
    for (int i = body.size() - 1; i >= 0; i--) {
      Statement statement = body.get(i);
      if (!walk.isNeedless(statement)) {
        walk.readBy(statement);
        kept.addFirst(statement);
      }
    }
    return List.copyOf(kept);
  }

  private boolean isNeedless(Statement statement) {
    return statement instanceof Assign assign
        && assign.targets().stream().noneMatch(read::contains)
        && isPure(assign.value());
  }

  private static boolean isPure(Expr expr) {
    boolean isChange =
        expr instanceof Expr.ModuleCall
            || expr instanceof Expr.Aten aten && aten.operator().endsWith("_");
    return !isChange && expr.parts().stream().allMatch(Needless::isPure);
  }

  private void readBy(Statement statement) {
    if (statement instanceof Assign assign) {
      readBy(assign.value());
    } else if (statement instanceof Statement.Return last) {
      readBy(last.value());
    } else if (statement instanceof Statement.For loop) {
      readBy(loop.count());
      loop.body().forEach(this::readBy);
    } else if (statement instanceof Statement.If choice) {
      readBy(choice.condition());
      choice.then().forEach(this::readBy);
      choice.otherwise().forEach(this::readBy);
    }
  }

  private void readBy(Expr expr) {
    if (expr instanceof Expr.Local local) {
      read.add(local.name());
    }
    expr.parts().forEach(this::readBy);
  }
}

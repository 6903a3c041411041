package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expr;
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
  static List<Assign> without(List<Assign> body, List<TorchModel.Output> outputs) {
    Needless walk = new Needless(outputs);
    Deque<Assign> kept = new ArrayDeque<>();
    for (int i = body.size() - 1; i >= 0; i--) {
      Assign assign = body.get(i);
      if (!walk.isNeedless(assign)) {
        walk.readBy(assign.value());
        kept.addFirst(assign);
      }
    }
    return List.copyOf(kept);
  }

  private boolean isNeedless(Assign assign) {
    return assign.targets().stream().noneMatch(read::contains) && isPure(assign.value());
  }

  private static boolean isPure(Expr expr) {
    boolean isChange =
        expr instanceof Expr.ModuleCall
            || expr instanceof Expr.Aten aten && aten.operator().endsWith("_");
    return !isChange && expr.parts().stream().allMatch(Needless::isPure);
  }

  private void readBy(Expr expr) {
    if (expr instanceof Expr.Local local) {
      read.add(local.name());
    }
    expr.parts().forEach(this::readBy);
  }
}

package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers of steps that values tell, such as the longest of some lengths. Steps behind them are
 * taken as well, and change nothing.
 */
final class Limits {
  private final StepProgram program;
  private final List<Held> limits = new ArrayList<>();
  private final List<Held> running = new ArrayList<>();

  Limits(StepProgram program) {
    this.program = program;
  }

  void add(Held limit) {
    limits.add(limit);
  }

  /** A value of the step before every limit, else another. */
  Held where(Held value, Expr otherwise) {
    Held chosen = value;
    for (Held each : running()) {
      Expr where = Expr.aten("where", each.expr(), chosen.expr(), otherwise);
      chosen = program.assign("where", where, chosen.type());
    }
    return chosen;
  }

  /** For each limit, whether this step comes before it; asked when the step is computed. */
  private List<Held> running() {
    if (running.size() < limits.size()) {
      Held t = program.tensor(new Value.Sizes(List.of(Expr.local("t")), true));
      for (Held limit : limits) {
        TensorType type = TensorType.plain(DType.BOOL, limit.type().dims());
        running.add(program.assign("running", Expr.aten("lt", t.expr(), limit.expr()), type));
      }
    }
    return running;
  }
}

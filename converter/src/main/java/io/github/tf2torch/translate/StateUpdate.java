package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The end of a step of a loop. */
final class StateUpdate {
  private StateUpdate() {}

  /** All states change at once: one that becomes what another was does so before that changes. */
  static List<Statement.Assign> of(List<Held> states, List<Held> after, Program program) {
    Set<Expr> own = states.stream().map(Held::expr).collect(Collectors.toSet());
    List<Statement.Assign> first = new ArrayList<>();
    List<Statement.Assign> all = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      Expr value = after.get(i).expr();
      if (value.equals(states.get(i).expr())) {
        continue;
      }
      String state = ((Expr.Local) states.get(i).expr()).name();
      if (own.contains(value)) {
        String kept = program.local("next_" + state);
        first.add(new Statement.Assign(kept, value));
        value = Expr.local(kept);
      }
      all.add(new Statement.Assign(state, value));
    }
    first.addAll(all);
    return first;
  }
}

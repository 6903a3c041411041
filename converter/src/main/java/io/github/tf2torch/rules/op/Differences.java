package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** ListDiff: the axes that are left, as TensorFlow 1 finds them for tensordot, and their places. */
public final class Differences implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("ListDiff");
  }

  @Override
  public void translate(Node node, OpContext context) {
    List<Long> all = context.integers(0);
    List<Long> gone = context.integers(1);
    List<Expr> left = new ArrayList<>();
    List<Expr> places = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (!gone.contains(all.get(i))) {
        left.add(new Expr.IntLiteral(all.get(i)));
        places.add(new Expr.IntLiteral(i));
      }
    }
    context.output(0, new Value.Sizes(left, false));
    context.output(1, new Value.Sizes(places, false));
  }
}

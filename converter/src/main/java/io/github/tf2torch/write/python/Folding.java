package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes an activation around the call that it follows: {@code x = F.relu(self.conv1(x))}. */
final class Folding {
  private static final Set<String> ACTIVATIONS =
      Set.of(
          "relu",
          "relu6",
          "silu",
          "elu",
          "selu",
          "gelu",
          "leaky_relu",
          "softplus",
          "hardswish",
          "hardsigmoid",
          "mish",
          "sigmoid",
          "tanh",
          "softmax");

  private Folding() {}

  static Section of(Section section) {
    Map<String, Integer> uses = new HashMap<>();
    for (Statement statement : section.body()) {
      Expressions.locals(Expressions.value(statement)).forEach(l -> uses.merge(l, 1, Integer::sum));
    }
    section.outputs().forEach(o -> uses.merge(o, 1, Integer::sum));
    List<Statement> folded = new ArrayList<>();
    for (Statement statement : section.body()) {
      Statement.Assign assign = Expressions.assign(statement);
      int last = folded.size() - 1;
      if (last >= 0
          && assign.value() instanceof Expr.Aten act
          && ACTIVATIONS.contains(act.operator())
          && act.arguments().get(0) instanceof Expr.Local local
          && Expressions.value(folded.get(last)) instanceof Expr.ModuleCall call
          && Expressions.assign(folded.get(last)).targets().equals(List.of(local.name()))
          && uses.get(local.name()) == 1) {
        List<Expr> arguments = new ArrayList<>(act.arguments());
        arguments.set(0, call);
        folded.set(
            last, new Statement.Assign(assign.targets(), new Expr.Aten(act.operator(), arguments)));
      } else {
        folded.add(statement);
      }
    }
    return new Section(
        section.node(), section.inputs(), folded, section.outputs(), section.parts());
  }
}

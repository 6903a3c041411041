package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.write.outline.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a normalization around the layer that it follows and an activation around either or around
 * a sum, {@code x = F.relu(self.bn1(self.conv1(x)))}, and the axes that a mean lost and is given
 * back as {@code keepdim=True}.
 */
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

  /** Longer names of the two modules make a line that breaks. */
  private static final int LONGEST_NAMES = 48;

  private Folding() {}

  static Section of(Section section) {
    Map<String, Integer> uses = new HashMap<>();
    for (Statement statement : section.body()) {
      Expressions.locals(Expressions.value(statement)).forEach(l -> uses.merge(l, 1, Integer::sum));
    }
    section.outputs().forEach(o -> uses.merge(o, 1, Integer::sum));
    Map<String, TorchModule> modules = Members.leaves(section);
    List<Statement> folded = new ArrayList<>();
    for (Statement statement : section.body()) {
      Statement.Assign assign = Expressions.assign(statement);
      Optional<Expr> both =
          folded.isEmpty()
              ? Optional.empty()
              : joined(
                  Expressions.assign(folded.get(folded.size() - 1)), assign.value(), uses, modules);
      if (both.isPresent()) {
        folded.set(folded.size() - 1, new Statement.Assign(assign.targets(), both.get()));
      } else {
        folded.add(statement);
      }
    }
    return new Section(
        section.node(), section.inputs(), folded, section.outputs(), section.parts());
  }

  /** What two statements compute, where the second alone reads the first. */
  private static Optional<Expr> joined(
      Statement.Assign first,
      Expr second,
      Map<String, Integer> uses,
      Map<String, TorchModule> modules) {
    if (first.targets().size() != 1 || uses.getOrDefault(first.targets().get(0), 0) != 1) {
      return Optional.empty();
    }
    Expr.Local read = new Expr.Local(first.targets().get(0));
    if (first.value() instanceof Expr.ModuleCall layer
        && second instanceof Expr.ModuleCall norm
        && norm.arguments().equals(List.of(read))
        && layer.path().length() + norm.path().length() <= LONGEST_NAMES
        && is(modules, norm, "BatchNorm")
        && (is(modules, layer, "Conv") || is(modules, layer, "Linear"))) {
      return Optional.of(new Expr.ModuleCall(norm.path(), List.of(layer)));
    }
    if ((first.value() instanceof Expr.ModuleCall || isSum(first.value()))
        && second instanceof Expr.Aten act
        && ACTIVATIONS.contains(act.operator())
        && act.arguments().get(0).equals(read)) {
      List<Expr> arguments = new ArrayList<>(act.arguments());
      arguments.set(0, first.value());
      return Optional.of(new Expr.Aten(act.operator(), arguments));
    }
    if (first.value() instanceof Expr.Aten mean
        && mean.operator().equals("mean")
        && mean.arguments().size() == 3
        && mean.arguments().get(2).equals(new Expr.BoolLiteral(false))
        && second.equals(widened(read, mean.arguments().get(1)))) {
      return Optional.of(
          Expr.aten(
              "mean",
              mean.arguments().get(0),
              mean.arguments().get(1),
              new Expr.BoolLiteral(true)));
    }
    return Optional.empty();
  }

  /** Of two values: where branches meet. */
  private static boolean isSum(Expr expr) {
    return expr instanceof Expr.Aten sum
        && sum.operator().equals("add")
        && sum.arguments().size() == 2
        && sum.arguments().stream().allMatch(Expr.Local.class::isInstance);
  }

  private static boolean is(Map<String, TorchModule> modules, Expr.ModuleCall call, String named) {
    TorchModule module = modules.get(call.path());
    return module != null && module.pythonClass().contains(named);
  }

  /** A value with axes of one at these places, in ascending order. */
  private static Expr widened(Expr value, Expr dimensions) {
    Expr expr = value;
    for (Expr dimension : dimensions.parts()) {
      expr = Expr.aten("unsqueeze", expr, dimension);
    }
    return expr;
  }
}

package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule.Slot;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a step of a loop computes, while it is written: the loop is one module, so that tensors are
 * its own and what modules would do is done in its place.
 */
final class StepProgram extends Program {
  private final Map<TensorExpr, String> slots = new LinkedHashMap<>();
  private final Identifiers.Unique slotNames = new Identifiers.Unique();

  /** What only arranges a tensor's elements is said once a step, however often rules ask for it. */
  private static final Set<String> ARRANGING =
      Set.of("permute", "reshape", "flatten", "unsqueeze", "squeeze", "narrow", "transpose");

  private final Map<Expr, Held> arranged = new HashMap<>();

  StepProgram() {
    super(ModuleNames.provisional());
  }

  @Override
  Held assign(String wanted, Expr value, TensorType type) {
    if (!(value instanceof Expr.Aten aten && ARRANGING.contains(aten.operator()))) {
      return super.assign(wanted, value, type);
    }
    Held known = arranged.computeIfAbsent(value, v -> super.assign(wanted, v, type));
    return new Held(known.expr(), type);
  }

  @Override
  Held attribute(TensorExpr recipe) {
    TensorType type = TensorType.plain(recipe.dtype(), Dims.of(recipe.shape()));
    return new Held(new Expr.Attribute(slot(recipe)), type);
  }

  @Override
  Held parameter(ModuleCall call, String slot) {
    return attribute(call.tensors().get(slot));
  }

  /** Its variable's own name; constants have none that outlives a run. */
  private String slot(TensorExpr recipe) {
    return slots.computeIfAbsent(
        recipe,
        r -> {
          List<String> path =
              r.variables().isEmpty()
                  ? List.of("constant")
                  : Identifiers.segments(r.variables().iterator().next());
          return slotNames.claim(Identifiers.attribute(path.get(path.size() - 1)));
        });
  }

  @Override
  Held call(ModuleCall call, List<Held> arguments, TensorType result) {
    Expr value = inlined(call, arguments);
    return assign(call.part(), value, result);
  }

  @Override
  List<Held> call(ModuleCall call, List<Held> arguments, List<TensorType> results) {
    throw new NoTranslation("calls a module of several results in a step of the loop");
  }

  @Override
  String module(ModuleCall call) {
    return "module";
  }

  private Expr inlined(ModuleCall call, List<Held> arguments) {
    Map<String, Expr> locals = new HashMap<>();
    List<String> inputs = call.module().inputs();
    for (int i = 0; i < inputs.size(); i++) {
      locals.put(inputs.get(i), arguments.get(i).expr());
    }
    Substitution here =
        new Substitution(locals, name -> attribute(call.tensors().get(name)).expr());
    for (Statement statement : call.module().forward()) {
      if (statement instanceof Statement.Return r) {
        return here.of(r.value());
      }
      if (!(statement instanceof Statement.Assign assign) || assign.targets().size() != 1) {
        break;
      }
      String target = assign.targets().get(0);
      Expr value = here.of(assign.value());
      locals.put(
          target,
          assign(target, value, TensorType.plain(arguments.get(0).type().dtype(), Dims.of()))
              .expr());
    }
    throw new NoTranslation(
        "has " + call.module().pythonClass() + " in a step of the loop, which branches or changes");
  }

  Map<String, TensorExpr> tensors() {
    Map<String, TensorExpr> byName = new LinkedHashMap<>();
    slots.forEach((recipe, name) -> byName.put(name, recipe));
    return byName;
  }

  /** What is trained; else what is a buffer. */
  List<Slot> slots(boolean isTrained) {
    List<Slot> found = new ArrayList<>();
    slots.forEach(
        (recipe, name) -> {
          boolean trains = recipe.dtype().isFloating() && !recipe.variables().isEmpty();
          if (trains == isTrained) {
            found.add(new Slot(name, recipe.dtype(), recipe.shape()));
          }
        });
    return found;
  }
}

package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.ProgramContext;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Optional;

/** What the contexts of ops and of layers share: they write into one program. */
abstract class ProgramWriting implements ProgramContext {
  private final Program program;
  private final List<String> layer;
  private final Arrangement arrangement;
  private Optional<String> module = Optional.empty();

  ProgramWriting(Program program, List<String> layer) {
    this.program = program;
    this.layer = List.copyOf(layer);
    this.arrangement = new Arrangement(program);
  }

  /** Any value as a tensor of the program. */
  Held held(Value value) {
    if (value instanceof Held held) {
      return held;
    }
    if (value instanceof Value.Weight weight) {
      return program.attribute(weight.recipe());
    }
    return program.tensor((Value.Sizes) value);
  }

  /** What has been written before. */
  List<Statement.Assign> statements() {
    return program.statements();
  }

  @Override
  public Held unflattened(Held value) {
    return arrangement.unflattened(value);
  }

  @Override
  public Held inOrder(Held value, AxisOrder order) {
    return arrangement.inOrder(value, order);
  }

  @Override
  public Held attribute(TensorExpr recipe) {
    return program.attribute(recipe);
  }

  @Override
  public Held assign(String name, Expr value, TensorType type) {
    return program.assign(name, value, type);
  }

  @Override
  public List<Held> assign(List<String> names, Expr value, List<TensorType> types) {
    return program.assign(names, value, types);
  }

  @Override
  public Held call(ModuleCall call, List<Held> arguments, TensorType result) {
    return program.call(placed(call), arguments, result);
  }

  @Override
  public List<Held> call(ModuleCall call, List<Held> arguments, List<TensorType> results) {
    return program.call(placed(call), arguments, results);
  }

  @Override
  public Held parameter(ModuleCall call, String slot) {
    return program.parameter(placed(call), slot);
  }

  private ModuleCall placed(ModuleCall call) {
    ModuleCall placed = layer.isEmpty() || !call.scope().isEmpty() ? call : call.within(layer);
    module = Optional.of(program.module(placed));
    return placed;
  }

  @Override
  public void assume(String what) {
    program.assume(what);
  }

  @Override
  public RuntimeException unsupported(String what) {
    return new NoTranslation(what);
  }

  /** The path of the module that was called last. */
  Optional<String> module() {
    return module;
  }
}

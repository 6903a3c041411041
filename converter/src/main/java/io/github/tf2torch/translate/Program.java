package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The forward method while it is written. Written twice: modules are named when all of them are
 * known, so the first time serves to collect them.
 */
final class Program {
  private final ModuleNames names;
  private final Identifiers.Unique locals = new Identifiers.Unique();
  private final List<Statement> statements = new ArrayList<>();
  private final Set<ModuleCall> modules = new LinkedHashSet<>();
  private final Set<TensorExpr> attributes = new LinkedHashSet<>();
  private final Set<String> assumed = new LinkedHashSet<>();

  Program(ModuleNames names) {
    this.names = names;
  }

  /** A local name that nothing else has. */
  String local(String wanted) {
    return locals.claim(Identifiers.local(wanted));
  }

  Held assign(String wanted, Expr value, TensorType type) {
    String name = local(shortName(wanted));
    statements.add(new Statement.Assign(name, value));
    return new Held(Expr.local(name), type);
  }

  Held call(ModuleCall call, Held argument, TensorType result) {
    String path = module(call);
    return assign(
        path.replace('.', '_'), new Expr.ModuleCall(path, List.of(argument.expr())), result);
  }

  /** The path of the module, made where no equal one exists. */
  String module(ModuleCall call) {
    modules.add(call);
    return names.module(call);
  }

  Held attribute(TensorExpr recipe) {
    attributes.add(recipe);
    TensorType type =
        TensorType.plain(recipe.dtype(), io.github.tf2torch.model.source.Dims.of(recipe.shape()));
    return new Held(new Expr.Attribute(names.attribute(recipe)), type);
  }

  void assume(String what) {
    assumed.add(what);
  }

  List<Statement> statements() {
    return List.copyOf(statements);
  }

  List<ModuleCall> modules() {
    return List.copyOf(modules);
  }

  List<TensorExpr> attributes() {
    return List.copyOf(attributes);
  }

  List<String> assumed() {
    return List.copyOf(assumed);
  }

  /** Operators whose names say more than a reader wants. */
  private static String shortName(String operator) {
    return switch (operator) {
      case "constant_pad_nd" -> "pad";
      case "max_pool2d", "avg_pool2d" -> "pool";
      default -> operator;
    };
  }
}

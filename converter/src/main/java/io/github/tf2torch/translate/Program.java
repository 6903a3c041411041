package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The forward method while it is written. Written twice: modules are named when all of them are
 * known, so the first time serves to collect them.
 */
class Program {
  private final ModuleNames names;
  private final Identifiers.Unique locals = new Identifiers.Unique();
  private final List<Statement.Assign> statements = new ArrayList<>();
  private final Set<ModuleCall> modules = new LinkedHashSet<>();
  private final Set<TensorExpr> attributes = new LinkedHashSet<>();
  private final Map<List<String>, List<String>> places = new HashMap<>();
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

  List<Held> assign(List<String> wanted, Expr value, List<TensorType> types) {
    List<String> names = wanted.stream().map(this::local).toList();
    statements.add(new Statement.Assign(names, value));
    return IntStream.range(0, names.size())
        .mapToObj(i -> new Held(Expr.local(names.get(i)), types.get(i)))
        .toList();
  }

  Held call(ModuleCall call, List<Held> arguments, TensorType result) {
    String path = module(call);
    return assign(path.replace('.', '_'), called(path, arguments), result);
  }

  List<Held> call(ModuleCall call, List<Held> arguments, List<TensorType> results) {
    String path = module(call);
    String name = path.replace('.', '_');
    List<String> names = IntStream.range(0, results.size()).mapToObj(i -> name).toList();
    return assign(names, called(path, arguments), results);
  }

  private static Expr called(String path, List<Held> arguments) {
    return new Expr.ModuleCall(path, arguments.stream().map(Held::expr).toList());
  }

  /** The path of the module, made where no equal one exists. */
  String module(ModuleCall call) {
    modules.add(call);
    return names.module(call);
  }

  /**
   * A tensor that the root or a container holds. A variable that is used in several forms is held
   * in its own, and brought into the others where they are used.
   */
  Held attribute(TensorExpr recipe) {
    boolean isShared = names.isShared(recipe);
    if (isShared && recipe instanceof TensorExpr.Reshape r) {
      return formed(attribute(r.input()), "reshape", r.shape().dims(), r.shape());
    }
    if (isShared && recipe instanceof TensorExpr.Permute p) {
      return formed(attribute(p.input()), "permute", p.axes(), p.shape());
    }
    attributes.add(recipe);
    TensorType type = TensorType.plain(recipe.dtype(), Dims.of(recipe.shape()));
    return new Held(new Expr.Attribute(names.attribute(recipe)), type);
  }

  /** A tensor that a module holds. */
  Held parameter(ModuleCall call, String slot) {
    TensorExpr recipe = call.tensors().get(slot);
    return new Held(
        new Expr.Attribute(module(call) + "." + slot),
        TensorType.plain(recipe.dtype(), Dims.of(recipe.shape())));
  }

  /** Python's ints as a tensor. */
  Held tensor(Value.Sizes sizes) {
    Expr all = sizes.scalar() ? sizes.elements().get(0) : new Expr.ListLiteral(sizes.elements());
    Expr whole = Expr.aten("to", Expr.aten("tensor", all), new Expr.DTypeLiteral(DType.INT32));
    Dims dims = sizes.scalar() ? Dims.of() : Dims.of(sizes.elements().size());
    return assign("shape", whole, TensorType.plain(DType.INT32, dims));
  }

  private static Held formed(
      Held value, String operator, List<? extends Number> argument, Shape shape) {
    return new Held(
        Expr.aten(operator, value.expr(), Expr.ints(argument)),
        TensorType.plain(value.type().dtype(), Dims.of(shape)));
  }

  /** What a layer owns stands under other names than its own. */
  void place(List<String> layer, List<String> place) {
    places.put(layer, place);
  }

  Map<List<String>, List<String>> places() {
    return Map.copyOf(places);
  }

  void assume(String what) {
    assumed.add(what);
  }

  List<Statement.Assign> statements() {
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
      case "max_pool1d", "avg_pool1d", "max_pool2d", "avg_pool2d", "max_pool3d", "avg_pool3d" ->
          "pool";
      default -> operator;
    };
  }
}

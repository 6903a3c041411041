package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Arithmetic, comparisons and extents: what is known before a run, and what only one tells. */
final class Numbers {
  private static final Map<String, String> INT_OPERATORS =
      Map.of(
          "add",
          "+",
          "sub",
          "-",
          "mul",
          "*",
          "floordiv",
          "//",
          "floor_divide",
          "//",
          "remainder",
          "%");

  private static final Set<String> KNOWN =
      Set.of(
          "add",
          "sub",
          "mul",
          "div",
          "floordiv",
          "floor_divide",
          "remainder",
          "neg",
          "pow",
          "sqrt",
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge",
          "__not__",
          "__and__",
          "__or__",
          "__is__",
          "__isnot__",
          "max",
          "min",
          "bool",
          "int",
          "Int",
          "IntImplicit",
          "float",
          "Float",
          "FloatImplicit",
          "Bool",
          "abs",
          "ceil",
          "floor",
          "str");

  private final Emission emission;

  Numbers(Emission emission) {
    this.emission = emission;
  }

  static long whole(Value value) {
    Value known = known(value);
    if (known instanceof Value.Whole w) {
      return w.value();
    }
    if (known instanceof Value.Real r && r.value() == Math.rint(r.value())) {
      return (long) r.value();
    }
    throw new UnreadScript("a whole number depends on the values of a tensor");
  }

  static boolean truth(Value value) {
    Value known = known(value);
    if (known instanceof Value.Truth t) {
      return t.value();
    }
    if (known instanceof Value.Whole w) {
      return w.value() != 0;
    }
    throw new UnreadScript("a branch depends on the values of a tensor");
  }

  /** What only a run tells is found out. */
  static Value known(Value value) {
    return value instanceof Value.Later later ? known(later.known()) : value;
  }

  /** Empty where it is an operator on tensors. */
  Optional<Value> call(String name, List<Value> arguments) {
    if (name.equals("size") || name.equals("dim")) {
      return Optional.of(extent(name, arguments));
    }
    if (name.equals("is_grad_enabled")) {
      return Optional.of(new Value.Truth(false));
    }
    if (name.equals("is_floating_point") && arguments.get(0) instanceof Value.Tensor tensor) {
      return later(t -> new Value.Truth(emission.dtype(t).isFloating()), tensor);
    }
    if (name.equals("dtype") && arguments.get(0) instanceof Value.Tensor tensor) {
      return later(t -> new Value.Whole(Types.number(emission.dtype(t))), tensor);
    }
    if (name.equals("numel") && arguments.get(0) instanceof Value.Tensor tensor) {
      return later(t -> new Value.Whole(emission.shape(t).count()), tensor);
    }
    boolean isIdentity = name.equals("__is__") || name.equals("__isnot__");
    if (!isIdentity && areNumbers(arguments)) {
      arguments = arguments.stream().map(Numbers::number).toList();
    }
    if (!KNOWN.contains(name) && !Lists.QUESTIONS.contains(name)
        || !isIdentity && arguments.stream().anyMatch(Value.Tensor.class::isInstance)) {
      return Optional.empty();
    }
    List<Value> all = arguments;
    if (all.stream().anyMatch(Numbers::isOpen)) {
      return Optional.of(later(symbol(name, all), () -> computed(name, all)));
    }
    return Optional.of(computed(name, all));
  }

  /** A trace computes with extents as tensors: constants beside them are numbers as well. */
  private static boolean areNumbers(List<Value> arguments) {
    return arguments.stream().anyMatch(a -> a instanceof Value.Later || a instanceof Value.Whole)
        && arguments.stream()
            .allMatch(a -> !(a instanceof Value.Tensor t) || t.number().isPresent());
  }

  private static Value number(Value value) {
    return value instanceof Value.Tensor tensor ? tensor.number().orElse(value) : value;
  }

  /** Of a tensor as it is now: an operator in place makes it another. */
  private static Optional<Value> later(Function<Value.Tensor, Value> found, Value.Tensor tensor) {
    Value.Tensor held = new Value.Tensor(tensor.expr());
    return Optional.of(later(Optional.empty(), () -> found.apply(held)));
  }

  private static Value later(Optional<Expr> symbol, Supplier<Value> found) {
    return new Value.Later(symbol, found);
  }

  private static boolean isOpen(Value value) {
    return value instanceof Value.Later
        || value instanceof Value.Items items && items.values.stream().anyMatch(Numbers::isOpen);
  }

  private Value extent(String name, List<Value> arguments) {
    if (!(arguments.get(0) instanceof Value.Tensor tensor)) {
      throw new UnreadScript("the extents of what is no tensor");
    }
    // as it is now: an operator in place makes it another
    Value.Tensor held = new Value.Tensor(tensor.expr());
    if (name.equals("dim")) {
      return later(Optional.empty(), () -> new Value.Whole(emission.shape(held).rank()));
    }
    if (arguments.size() == 1) {
      return later(
          Optional.empty(),
          () ->
              new Value.Items(
                  emission.shape(held).dims().stream()
                      .map(d -> (Value) new Value.Whole(d))
                      .toList(),
                  false));
    }
    return later(
        Optional.of(Expr.aten("size", held.expr(), Builtins.expr(arguments.get(1)))),
        () -> {
          Shape shape = emission.shape(held);
          int axis = Math.toIntExact(whole(arguments.get(1)));
          return new Value.Whole(shape.dim(axis < 0 ? shape.rank() + axis : axis));
        });
  }

  private static Optional<Expr> symbol(String name, List<Value> arguments) {
    if (Set.of("int", "Int", "IntImplicit").contains(name)
        && arguments.get(0) instanceof Value.Later later) {
      return later.symbol;
    }
    String operator = INT_OPERATORS.get(name);
    if (operator == null || arguments.size() != 2) {
      return Optional.empty();
    }
    List<Expr> parts = new ArrayList<>();
    for (Value argument : arguments) {
      if (argument instanceof Value.Whole w) {
        parts.add(new Expr.IntLiteral(w.value()));
      } else if (argument instanceof Value.Later later && later.symbol.isPresent()) {
        parts.add(later.symbol.get());
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(new Expr.IntArithmetic(operator, parts.get(0), parts.get(1)));
  }

  private Value computed(String name, List<Value> arguments) {
    List<Value> a = arguments.stream().map(Numbers::known).toList();
    if (Lists.QUESTIONS.contains(name)) {
      return Lists.answer(name, a);
    }
    return switch (name) {
      case "__is__" -> new Value.Truth(isIdentical(a.get(0), a.get(1)));
      case "__isnot__" -> new Value.Truth(!isIdentical(a.get(0), a.get(1)));
      case "__not__" -> new Value.Truth(!truth(a.get(0)));
      case "__and__" -> new Value.Truth(truth(a.get(0)) & truth(a.get(1)));
      case "__or__" -> new Value.Truth(truth(a.get(0)) | truth(a.get(1)));
      case "eq" -> new Value.Truth(isSame(a.get(0), a.get(1)));
      case "ne" -> new Value.Truth(!isSame(a.get(0), a.get(1)));
      case "str" -> Lists.answer("format", List.of(new Value.Text("{}"), a.get(0)));
      case "bool", "Bool" -> new Value.Truth(truth(a.get(0)));
      default -> Arithmetic.of(name, a);
    };
  }

  private static boolean isIdentical(Value a, Value b) {
    if (a instanceof Value.Tensor x && b instanceof Value.Tensor y) {
      return x == y || x.expr().equals(y.expr());
    }
    if (a instanceof Value.Nothing || b instanceof Value.Nothing) {
      return a instanceof Value.Nothing && b instanceof Value.Nothing;
    }
    throw new UnreadScript("whether two things are the same thing");
  }

  static boolean isSame(Value a, Value b) {
    if (a instanceof Value.Items left && b instanceof Value.Items right) {
      if (left.values.size() != right.values.size()) {
        return false;
      }
      for (int i = 0; i < left.values.size(); i++) {
        if (!isSame(known(left.values.get(i)), known(right.values.get(i)))) {
          return false;
        }
      }
      return true;
    }
    return isNumber(a) && isNumber(b) ? Arithmetic.real(a) == Arithmetic.real(b) : a.equals(b);
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Whole || value instanceof Value.Real;
  }
}

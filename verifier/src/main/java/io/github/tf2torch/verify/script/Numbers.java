package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
          "__contains__",
          "__getitem__",
          "len",
          "format",
          "max",
          "min",
          "bool",
          "float",
          "Float",
          "FloatImplicit",
          "Bool",
          "abs",
          "ceil",
          "floor",
          "str",
          "copy");

  private final Emission emission;

  Numbers(Emission emission) {
    this.emission = emission;
  }

  long whole(Value value) {
    Value known = known(value);
    if (known instanceof Value.Whole w) {
      return w.value();
    }
    if (known instanceof Value.Real r && r.value() == Math.rint(r.value())) {
      return (long) r.value();
    }
    throw new UnreadScript("a whole number depends on the values of a tensor");
  }

  boolean truth(Value value) {
    Value known = known(value);
    if (known instanceof Value.Truth t) {
      return t.value();
    }
    if (known instanceof Value.Whole w) {
      return w.value() != 0;
    }
    throw new UnreadScript("a branch depends on the values of a tensor");
  }

  private static Value known(Value value) {
    return value instanceof Value.Later later ? known(later.known()) : value;
  }

  /** Empty where it is an operator on tensors. */
  Optional<Value> call(String name, List<Value> arguments) {
    if (name.equals("size") || name.equals("dim")) {
      return Optional.of(extent(name, arguments));
    }
    if (name.equals("is_floating_point") || name.equals("is_grad_enabled")) {
      return Optional.of(new Value.Truth(name.equals("is_floating_point")));
    }
    if (name.equals("numel") && arguments.get(0) instanceof Value.Tensor tensor) {
      return Optional.of(
          later(Optional.empty(), () -> new Value.Whole(emission.shape(tensor).count())));
    }
    boolean isIdentity = name.equals("__is__") || name.equals("__isnot__");
    if (!KNOWN.contains(name)
        || !isIdentity && arguments.stream().anyMatch(Value.Tensor.class::isInstance)) {
      return Optional.empty();
    }
    if (arguments.stream().anyMatch(Numbers::isOpen)) {
      return Optional.of(later(symbol(name, arguments), () -> computed(name, arguments)));
    }
    return Optional.of(computed(name, arguments));
  }

  private static Value later(Optional<Expr> symbol, java.util.function.Supplier<Value> found) {
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
    Value.Tensor held = new Value.Tensor(tensor.expr);
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
        Optional.of(Expr.aten("size", held.expr, Builtins.expr(arguments.get(1)))),
        () -> {
          Shape shape = emission.shape(held);
          int axis = Math.toIntExact(whole(arguments.get(1)));
          return new Value.Whole(shape.dim(axis < 0 ? shape.rank() + axis : axis));
        });
  }

  private static Optional<Expr> symbol(String name, List<Value> arguments) {
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
    return switch (name) {
      case "__is__" -> new Value.Truth(isNone(a.get(0)) == isNone(a.get(1)));
      case "__isnot__" -> new Value.Truth(isNone(a.get(0)) != isNone(a.get(1)));
      case "__not__" -> new Value.Truth(!truth(a.get(0)));
      case "__and__" -> new Value.Truth(truth(a.get(0)) & truth(a.get(1)));
      case "__or__" -> new Value.Truth(truth(a.get(0)) | truth(a.get(1)));
      case "__contains__" ->
          new Value.Truth(
              ((Value.Items) a.get(0)).values.stream().anyMatch(v -> isSame(known(v), a.get(1))));
      case "__getitem__" -> {
        Value.Items items = (Value.Items) a.get(0);
        int at = Math.toIntExact(whole(a.get(1)));
        yield items.values.get(at < 0 ? items.values.size() + at : at);
      }
      case "eq" -> new Value.Truth(isSame(a.get(0), a.get(1)));
      case "ne" -> new Value.Truth(!isSame(a.get(0), a.get(1)));
      case "len" -> new Value.Whole(((Value.Items) a.get(0)).values.size());
      case "format", "str" -> new Value.Text("");
      case "copy" -> a.get(0);
      case "bool", "Bool" -> new Value.Truth(truth(a.get(0)));
      default -> arithmetic(name, a);
    };
  }

  private static boolean isNone(Value value) {
    return value instanceof Value.Nothing;
  }

  private static boolean isSame(Value a, Value b) {
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
    return isNumber(a) && isNumber(b) ? real(a) == real(b) : a.equals(b);
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Whole || value instanceof Value.Real;
  }

  private static double real(Value value) {
    if (value instanceof Value.Whole w) {
      return w.value();
    }
    if (value instanceof Value.Real r) {
      return r.value();
    }
    if (value instanceof Value.Text t) {
      return Double.parseDouble(t.value().replace("inf", "Infinity").replace("nan", "NaN"));
    }
    throw new UnreadScript("arithmetic with what is no number");
  }

  private static Value arithmetic(String name, List<Value> a) {
    if (a.stream().anyMatch(Value.Items.class::isInstance)) {
      return lists(name, a);
    }
    boolean isWhole = a.stream().allMatch(Value.Whole.class::isInstance);
    double x = real(a.get(0));
    double y = a.size() > 1 ? real(a.get(1)) : Double.NaN;
    return switch (name) {
      case "lt" -> new Value.Truth(x < y);
      case "le" -> new Value.Truth(x <= y);
      case "gt" -> new Value.Truth(x > y);
      case "ge" -> new Value.Truth(x >= y);
      case "add" -> number(x + y, isWhole);
      case "sub" -> number(x - y, isWhole);
      case "mul" -> number(x * y, isWhole);
      case "div" -> new Value.Real(x / y);
      case "floordiv", "floor_divide" -> number(Math.floor(x / y), isWhole);
      case "remainder" -> number(x - y * Math.floor(x / y), isWhole);
      case "pow" -> number(Math.pow(x, y), isWhole && y >= 0);
      case "neg" -> number(-x, isWhole);
      case "abs" -> number(Math.abs(x), isWhole);
      case "sqrt" -> new Value.Real(Math.sqrt(x));
      case "max" -> number(Math.max(x, y), isWhole);
      case "min" -> number(Math.min(x, y), isWhole);
      case "ceil" -> number(Math.ceil(x), true);
      case "floor" -> number(Math.floor(x), true);
      case "float", "Float", "FloatImplicit" -> new Value.Real(x);
      default -> throw new UnreadScript(name + " of numbers is not followed");
    };
  }

  private static Value lists(String name, List<Value> a) {
    if (name.equals("add")
        && a.get(0) instanceof Value.Items x
        && a.get(1) instanceof Value.Items y) {
      List<Value> joined = new ArrayList<>(x.values);
      joined.addAll(y.values);
      return new Value.Items(joined, x.isTuple);
    }
    if (name.equals("mul")
        && a.get(0) instanceof Value.Items x
        && a.get(1) instanceof Value.Whole n) {
      List<Value> repeated = new ArrayList<>();
      for (long i = 0; i < n.value(); i++) {
        repeated.addAll(x.values);
      }
      return new Value.Items(repeated, x.isTuple);
    }
    throw new UnreadScript(name + " of lists is not followed");
  }

  private static Value number(double value, boolean isWhole) {
    return isWhole ? new Value.Whole((long) value) : new Value.Real(value);
  }
}

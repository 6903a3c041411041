package io.github.tf2torch.verify.script;

import java.util.List;

/** Of numbers that are known, as TorchScript computes it: int is 64 bits, float a double. */
final class Arithmetic {
  private Arithmetic() {}

  /** Of one or two; of lists and texts what Python has for them. */
  static Value of(String name, List<Value> a) {
    if (a.stream().anyMatch(v -> v instanceof Value.Items)
        || a.size() == 2 && a.stream().allMatch(v -> v instanceof Value.Text)) {
      return Lists.arithmetic(name, a);
    }
    return a.stream().allMatch(Value.Whole.class::isInstance) && !name.equals("div")
        ? ofWhole(name, real(a.get(0)), a)
        : ofReal(name, real(a.get(0)), a.size() > 1 ? real(a.get(1)) : Double.NaN);
  }

  private static Value ofWhole(String name, double x, List<Value> a) {
    long i = ((Value.Whole) a.get(0)).value();
    if (a.size() == 1) {
      return switch (name) {
        case "neg" -> new Value.Whole(Math.negateExact(i));
        case "abs" -> new Value.Whole(Math.absExact(i));
        case "ceil", "floor", "int", "Int", "IntImplicit" -> new Value.Whole(i);
        default -> ofReal(name, x, Double.NaN);
      };
    }
    long k = ((Value.Whole) a.get(1)).value();
    return switch (name) {
      case "add" -> new Value.Whole(Math.addExact(i, k));
      case "sub" -> new Value.Whole(Math.subtractExact(i, k));
      case "mul" -> new Value.Whole(Math.multiplyExact(i, k));
      case "floordiv", "floor_divide" -> new Value.Whole(Math.floorDiv(i, k));
      case "remainder" -> new Value.Whole(Math.floorMod(i, k));
      case "max" -> new Value.Whole(Math.max(i, k));
      case "min" -> new Value.Whole(Math.min(i, k));
      case "pow" -> {
        double power = Math.pow(i, k);
        // a number of TorchScript's int to a negative power is a float
        yield k >= 0 && Math.abs(power) < 1L << 53
            ? new Value.Whole((long) power)
            : new Value.Real(power);
      }
      default -> ofReal(name, i, k);
    };
  }

  private static Value ofReal(String name, double x, double y) {
    return switch (name) {
      case "lt" -> new Value.Truth(x < y);
      case "le" -> new Value.Truth(x <= y);
      case "gt" -> new Value.Truth(x > y);
      case "ge" -> new Value.Truth(x >= y);
      case "add" -> new Value.Real(x + y);
      case "sub" -> new Value.Real(x - y);
      case "mul" -> new Value.Real(x * y);
      case "div" -> new Value.Real(x / y);
      case "floordiv", "floor_divide" -> new Value.Real(Math.floor(x / y));
      case "remainder" -> new Value.Real(x - y * Math.floor(x / y));
      case "pow" -> new Value.Real(Math.pow(x, y));
      case "neg" -> new Value.Real(-x);
      case "abs" -> new Value.Real(Math.abs(x));
      case "sqrt" -> new Value.Real(Math.sqrt(x));
      case "max" -> new Value.Real(Math.max(x, y));
      case "min" -> new Value.Real(Math.min(x, y));
      case "ceil" -> new Value.Whole((long) Math.ceil(x));
      case "floor" -> new Value.Whole((long) Math.floor(x));
      case "int", "Int", "IntImplicit" -> new Value.Whole((long) x);
      case "float", "Float", "FloatImplicit" -> new Value.Real(x);
      default -> throw new UnreadScript(name + " of numbers is not followed");
    };
  }

  static double real(Value value) {
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
}

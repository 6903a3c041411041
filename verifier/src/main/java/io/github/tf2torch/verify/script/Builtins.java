package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What code calls that no module defines: ATen's operators, and Python's own functions. */
final class Builtins {
  /** Casts of a number that is one already, and of a tensor that stands for a number. */
  private static final Set<String> SAME =
      Set.of(
          "int",
          "torch.Int",
          "ops.prim.NumToTensor",
          "torch.ScalarImplicit",
          "torch.IntImplicit",
          "torch.list",
          "ops.prim.unchecked_unwrap_optional",
          "torch._unwrap_optional",
          "torch.detach",
          "torch.contiguous");

  /** Where an operator takes a type as a number: 6 is float32. */
  private static final Map<String, Integer> TYPE_AT =
      Map.of("to", 1, "softmax", 2, "log_softmax", 2, "cumsum", 2);

  private static final Set<String> DROPPED = Set.of("layout", "device", "pin_memory");

  private final Emission emission;
  private final Numbers numbers;

  Builtins(Emission emission) {
    this.emission = emission;
    this.numbers = new Numbers(emission);
  }

  long whole(Value value) {
    return numbers.whole(value);
  }

  boolean truth(Value value) {
    return numbers.truth(value);
  }

  /** {@code object[index]}. */
  Value item(Value object, Value index) {
    if (object instanceof Value.Items items) {
      int at = Math.toIntExact(whole(index));
      return items.values.get(at < 0 ? items.values.size() + at : at);
    }
    if (object instanceof Value.Later later && later.known() instanceof Value.Items items) {
      return item(items, index);
    }
    if (object instanceof Value.Entries entries && index instanceof Value.Text key) {
      return Optional.ofNullable(entries.values().get(key.value()))
          .orElseThrow(() -> new UnreadScript("a dict has no " + key.value()));
    }
    throw new UnreadScript("an element of what is no list");
  }

  Value call(String name, List<Value> arguments, Map<String, Value> named) {
    if (SAME.contains(name) && arguments.size() >= 1) {
      return arguments.get(0);
    }
    if (name.startsWith("ops.prim.")) {
      return primitive(name.substring("ops.prim.".length()), arguments);
    }
    if (name.equals("torch.device")) {
      return new Value.Argument(new Expr.NoneLiteral());
    }
    String operator =
        name.startsWith("torch.")
            ? name.substring("torch.".length())
            : name.startsWith("ops.aten.") ? name.substring("ops.aten.".length()) : name;
    if (Set.of("append", "extend").contains(operator)) {
      Value.Items list = (Value.Items) arguments.get(0);
      list.values.addAll(
          operator.equals("append")
              ? arguments.subList(1, 2)
              : ((Value.Items) arguments.get(1)).values);
      return new Value.Nothing();
    }
    if (Set.of("warn", "_assert").contains(operator)) {
      return new Value.Nothing();
    }
    Optional<Value> number = numbers.call(operator, arguments);
    return number.isPresent() ? number.get() : operator(operator, arguments, named);
  }

  private Value primitive(String name, List<Value> arguments) {
    return switch (name) {
      case "dtype" -> new Value.Argument(new Expr.DTypeLiteral(DType.FLOAT32));
      case "device", "layout" -> new Value.Argument(new Expr.NoneLiteral());
      case "is_cuda", "is_mps", "is_xla", "is_nested", "is_sparse", "requires_grad" ->
          new Value.Truth(false);
      case "data" -> arguments.get(0);
      default ->
          numbers
              .call(name, arguments)
              .orElseThrow(() -> new UnreadScript("ops.prim." + name + " is not followed"));
    };
  }

  private Value operator(String name, List<Value> arguments, Map<String, Value> named) {
    boolean isDropout = name.replaceAll("_$", "").endsWith("dropout");
    if (isDropout && arguments.size() == 3 && !truth(arguments.get(2))) {
      return arguments.get(0);
    }
    List<Expr> exprs = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      boolean isType = Integer.valueOf(i).equals(TYPE_AT.get(name));
      exprs.add(isType ? type(arguments.get(i)) : expr(arguments.get(i)));
    }
    named.forEach(
        (key, value) -> {
          if (!DROPPED.contains(key)) {
            exprs.add(new Expr.Keyword(key, key.equals("dtype") ? type(value) : expr(value)));
          }
        });
    boolean isInPlace = name.endsWith("_") && !name.endsWith("__");
    if (isInPlace && arguments.get(0) instanceof Value.Tensor tensor) {
      Value made = emission.operator(name.substring(0, name.length() - 1), exprs);
      tensor.expr = ((Value.Tensor) made).expr;
      return tensor;
    }
    Optional<Long> parts = parts(name, arguments);
    return parts.isPresent()
        ? emission.operator(name, exprs, Math.toIntExact(parts.get()), false)
        : emission.operator(name, exprs);
  }

  /** How many tensors an operator's list has; empty of one that answers no list. */
  private Optional<Long> parts(String name, List<Value> arguments) {
    return switch (name) {
      case "chunk" -> Optional.of(whole(arguments.get(1)));
      case "split_with_sizes" -> Optional.of(items(arguments.get(1)));
      case "split" -> {
        if (arguments.get(1) instanceof Value.Items) {
          yield Optional.of(items(arguments.get(1)));
        }
        long size = whole(arguments.get(1));
        yield Optional.of((extent(arguments, 2) + size - 1) / size);
      }
      case "unbind" -> Optional.of(extent(arguments, 1));
      case "meshgrid", "tensor_split" ->
          throw new UnreadScript("torch." + name + " answers a list, which is not followed");
      default -> Optional.empty();
    };
  }

  private static long items(Value value) {
    return ((Value.Items) value).values.size();
  }

  /** Of the axis that the argument at this place names. */
  private long extent(List<Value> arguments, int place) {
    Value axis = place < arguments.size() ? arguments.get(place) : new Value.Whole(0);
    return whole(numbers.call("size", List.of(arguments.get(0), axis)).orElseThrow());
  }

  private static Expr type(Value value) {
    if (!(value instanceof Value.Whole number)) {
      return value instanceof Value.Argument a ? a.expr() : expr(value);
    }
    DType dtype =
        switch ((int) number.value()) {
          case 0 -> DType.UINT8;
          case 1 -> DType.INT8;
          case 3 -> DType.INT32;
          case 4 -> DType.INT64;
          case 5 -> DType.FLOAT16;
          case 6 -> DType.FLOAT32;
          case 7 -> DType.FLOAT64;
          case 11 -> DType.BOOL;
          default -> throw new UnreadScript("a cast to the type number " + number.value());
        };
    return new Expr.DTypeLiteral(dtype);
  }

  /** As an argument of an operator. */
  static Expr expr(Value value) {
    if (value instanceof Value.Tensor v) {
      return v.expr;
    }
    if (value instanceof Value.Whole v) {
      return new Expr.IntLiteral(v.value());
    }
    if (value instanceof Value.Real v) {
      return new Expr.FloatLiteral((float) v.value());
    }
    if (value instanceof Value.Truth v) {
      return new Expr.BoolLiteral(v.value());
    }
    if (value instanceof Value.Text v) {
      return new Expr.TextLiteral(v.value());
    }
    if (value instanceof Value.Nothing) {
      return new Expr.NoneLiteral();
    }
    if (value instanceof Value.Argument v) {
      return v.expr();
    }
    if (value instanceof Value.Items v) {
      return new Expr.ListLiteral(v.values.stream().map(Builtins::expr).toList());
    }
    if (value instanceof Value.Later v) {
      return v.symbol.orElseGet(() -> expr(v.known()));
    }
    throw new UnreadScript("an argument that is no tensor and no number");
  }
}

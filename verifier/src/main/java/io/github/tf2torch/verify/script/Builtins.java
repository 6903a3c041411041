package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
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
          "ops.prim.NumToTensor",
          "torch.ScalarImplicit",
          "ops.prim.unchecked_unwrap_optional",
          "torch._unwrap_optional");

  /** What may answer a tensor that shares the memory of the first argument. */
  private static final Set<String> VIEWS =
      Set.of(
          "select",
          "slice",
          "view",
          "view_as",
          "reshape",
          "reshape_as",
          "transpose",
          "permute",
          "t",
          "numpy_T",
          "expand",
          "expand_as",
          "unsqueeze",
          "squeeze",
          "narrow",
          "flatten",
          "unflatten",
          "unbind",
          "chunk",
          "split",
          "split_with_sizes",
          "as_strided",
          "unfold",
          "diagonal",
          "swapaxes",
          "movedim",
          "alias",
          "contiguous",
          "to",
          "type_as",
          "float",
          "double");

  /** Operators that answer several tensors. */
  private static final Map<String, Integer> RESULTS =
      Map.ofEntries(
          Map.entry("lstm", 3),
          Map.entry("native_layer_norm", 3),
          Map.entry("gru", 2),
          Map.entry("rnn_tanh", 2),
          Map.entry("rnn_relu", 2),
          Map.entry("lstm_cell", 2),
          Map.entry("topk", 2),
          Map.entry("sort", 2),
          Map.entry("kthvalue", 2),
          Map.entry("cummax", 2),
          Map.entry("cummin", 2),
          Map.entry("var_mean", 2),
          Map.entry("std_mean", 2));

  /** They answer the places as well where they are told an axis. */
  private static final Set<String> WITH_PLACES = Set.of("max", "min", "median", "mode");

  /** Where an operator takes a type as a number: 6 is float32. */
  private static final Map<String, Integer> TYPE_AT =
      Map.of("to", 1, "softmax", 2, "log_softmax", 2);

  private static final Set<String> DROPPED = Set.of("layout", "device", "pin_memory");

  private final Emission emission;
  private final Numbers numbers;

  Builtins(Emission emission) {
    this.emission = emission;
    this.numbers = new Numbers(emission);
  }

  /**
   * Calls it.
   *
   * @param wanted how many names what it answers is unpacked into
   */
  Value call(String name, List<Value> arguments, Map<String, Value> named, int wanted) {
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
    if (operator.equals("detach") && arguments.get(0) instanceof Value.Tensor tensor) {
      return tensor.view(tensor.expr());
    }
    Optional<Value> changed = Lists.changed(operator, arguments);
    if (changed.isPresent()) {
      return changed.get();
    }
    if (Set.of("warn", "_assert").contains(operator)) {
      return new Value.Nothing();
    }
    Optional<Value> number = numbers.call(operator, arguments);
    return number.isPresent() ? number.get() : operator(operator, arguments, named, wanted);
  }

  private Value primitive(String name, List<Value> arguments) {
    return switch (name) {
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

  private Value operator(String name, List<Value> arguments, Map<String, Value> named, int wanted) {
    boolean isDropout = name.replaceAll("_$", "").endsWith("dropout");
    if (isDropout && arguments.size() == 3 && !Numbers.truth(arguments.get(2))) {
      return arguments.get(0);
    }
    List<Expr> exprs = exprs(name, arguments, named);
    Optional<Value.Tensor> first =
        !arguments.isEmpty() && arguments.get(0) instanceof Value.Tensor tensor
            ? Optional.of(tensor)
            : Optional.empty();
    boolean isInPlace = name.endsWith("_") && !name.endsWith("__");
    if (isInPlace && first.isPresent()) {
      first.get().change(emission.operator(name.substring(0, name.length() - 1), exprs).expr());
      return first.get();
    }
    Optional<Long> parts = parts(name, arguments);
    int results = results(name, arguments, wanted);
    Value made =
        parts.isPresent()
            ? emission.operator(name, exprs, Math.toIntExact(parts.get()), false)
            : results > 1
                ? emission.operator(name, exprs, results, true)
                : emission.operator(name, exprs);
    return first.isPresent() && VIEWS.contains(name) ? shared(first.get(), made) : made;
  }

  private static Value shared(Value.Tensor of, Value made) {
    if (made instanceof Value.Tensor tensor) {
      return of.view(tensor.expr());
    }
    return made instanceof Value.Items items
        ? new Value.Items(items.values.stream().map(v -> shared(of, v)).toList(), items.isTuple)
        : made;
  }

  private static List<Expr> exprs(String name, List<Value> arguments, Map<String, Value> named) {
    List<Expr> exprs = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      exprs.add(isType(name, arguments, i) ? type(arguments.get(i)) : expr(arguments.get(i)));
    }
    named.forEach(
        (key, value) -> {
          if (!DROPPED.contains(key)) {
            exprs.add(new Expr.Keyword(key, key.equals("dtype") ? type(value) : expr(value)));
          }
        });
    return exprs;
  }

  private static boolean isType(String name, List<Value> arguments, int place) {
    // x.to(device, dtype)
    boolean isBehindDevice =
        name.equals("to") && arguments.size() > 1 && arguments.get(1) instanceof Value.Argument;
    return Integer.valueOf(isBehindDevice ? place - 1 : place).equals(TYPE_AT.get(name));
  }

  private static int results(String name, List<Value> arguments, int wanted) {
    if (wanted > 1) {
      return wanted;
    }
    boolean hasPlaces =
        WITH_PLACES.contains(name)
            && arguments.size() > 1
            && !(arguments.get(1) instanceof Value.Tensor);
    return hasPlaces ? 2 : RESULTS.getOrDefault(name, 1);
  }

  /** How many tensors an operator's list has; empty of one that answers no list. */
  private Optional<Long> parts(String name, List<Value> arguments) {
    return switch (name) {
      case "chunk", "unsafe_chunk" -> Optional.of(Numbers.whole(arguments.get(1)));
      case "split_with_sizes", "unsafe_split_with_sizes" -> Optional.of(items(arguments.get(1)));
      case "split", "unsafe_split" -> {
        if (Numbers.known(arguments.get(1)) instanceof Value.Items) {
          yield Optional.of(items(arguments.get(1)));
        }
        long size = Numbers.whole(arguments.get(1));
        yield Optional.of((extent(arguments, 2) + size - 1) / size);
      }
      case "unbind" -> Optional.of(extent(arguments, 1));
      case "meshgrid", "tensor_split" ->
          throw new UnreadScript("torch." + name + " answers a list, which is not followed");
      default -> Optional.empty();
    };
  }

  private static long items(Value value) {
    return ((Value.Items) Numbers.known(value)).values.size();
  }

  /** Of the axis that the argument at this place names. */
  private long extent(List<Value> arguments, int place) {
    Value axis = place < arguments.size() ? arguments.get(place) : new Value.Whole(0);
    return Numbers.whole(numbers.call("size", List.of(arguments.get(0), axis)).orElseThrow());
  }

  private static Expr type(Value value) {
    Value known = Numbers.known(value);
    return known instanceof Value.Whole number ? Types.literal(number.value()) : expr(known);
  }

  /** As an argument of an operator. */
  static Expr expr(Value value) {
    if (value instanceof Value.Tensor v) {
      return v.expr();
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

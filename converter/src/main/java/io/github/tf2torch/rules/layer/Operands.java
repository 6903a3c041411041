package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerContext.Argument;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a function is called with: tensors, and numbers between them. */
final class Operands {
  /** How Keras 2 stores a number that comes first. */
  private static final String CONSTANT = "_CONSTANT_VALUE";

  private Operands() {}

  /** By place with Keras 3; with Keras 2 the second is {@code y}. */
  static List<Value> of(LayerContext context) {
    List<Value> all = new ArrayList<>();
    if (context.isOperation()) {
      context.positional().forEach(a -> all.add(value(a, context)));
    } else {
      context.arguments().get(CONSTANT).ifPresent(c -> all.add(number(c, context)));
      all.addAll(context.inputs());
    }
    for (String name : List.of("y", "b", "x2")) {
      Optional<Held> tensor = context.argument(name);
      if (tensor.isPresent()) {
        all.add(tensor.get());
      } else {
        context.arguments().get(name).ifPresent(n -> all.add(number(n, context)));
      }
    }
    return all;
  }

  /** Two tensors of one type, or a tensor and a number that its type has. */
  static List<Value> ofComparison(LayerContext context) {
    List<Argument> both = context.positional();
    boolean isOfOneType =
        both.size() == 2
            && context.inputs().stream().map(i -> i.type().dtype()).distinct().count() == 1;
    if (!isOfOneType || !context.isOperation()) {
      throw context.unsupported(
          "compares what is not two tensors of one type, nor one and a number");
    }
    DType dtype = context.input().type().dtype();
    return both.stream()
        .map(
            a ->
                !dtype.isFloating() && a.stored() instanceof Config.Whole w
                    ? Attrs.scalar(w.value())
                    : value(a, context))
        .toList();
  }

  static Value value(Argument argument, LayerContext context) {
    return argument
        .tensor()
        .map(Value.class::cast)
        .orElseGet(() -> number(argument.stored(), context));
  }

  /** Of one type alone: Keras and PyTorch promote whole numbers by rules of their own. */
  private static Value number(Config stored, LayerContext context) {
    Optional<Value> constant = StoredTensor.of(stored, context);
    if (constant.isPresent()) {
      return constant.get();
    }
    boolean isReal = stored instanceof Config.Real || stored instanceof Config.Whole;
    if (!isReal) {
      throw context.unsupported("is called with " + stored + ", which is no tensor and no number");
    }
    boolean isFloating = context.inputs().stream().anyMatch(i -> i.type().dtype().isFloating());
    if (isFloating) {
      return Attrs.number((float) Settings.real(stored));
    }
    if (!(stored instanceof Config.Whole whole)) {
      throw context.unsupported("computes with a number and a tensor of whole numbers");
    }
    return Attrs.scalar(whole.value());
  }

  static boolean areOfOneWholeType(LayerContext context) {
    DType dtype = context.input().type().dtype();
    return (dtype == DType.INT32 || dtype == DType.INT64)
        && context.inputs().stream().allMatch(i -> i.type().dtype() == dtype);
  }

  static void requireFloating(LayerContext context) {
    if (context.inputs().stream().anyMatch(i -> !i.type().dtype().isFloating())) {
      throw context.unsupported("computes with whole numbers");
    }
  }

  /** As {@link #requireFloating}, of the tensors at the first places alone. */
  static void requireFloatingInputs(LayerContext context) {
    if (context.inputs().stream().limit(3).anyMatch(i -> !i.type().dtype().isFloating())) {
      throw context.unsupported("computes with whole numbers");
    }
  }
}

package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerContext.Argument;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** BatchNorm, LayerNorm and RMSNorm as functions: what they divide by comes with the call. */
final class NormalizingFunctions {
  static final Map<String, FunctionRule> TABLE =
      Map.of(
          "BatchNorm", NormalizingFunctions::ofBatch,
          "LayerNorm", NormalizingFunctions::ofLayer,
          "RMSNorm", NormalizingFunctions::ofRoot);

  /** {@code keras.config.epsilon()}, where the call has none. */
  private static final float EPSILON = 1e-7f;

  private NormalizingFunctions() {}

  /** An argument that may be absent: by its place or by its name. */
  private static Optional<Value> argument(int place, String name, LayerContext context) {
    List<Argument> all = context.positional();
    if (place < all.size()) {
      Argument given = all.get(place);
      return given.stored() instanceof Config.Absent && given.tensor().isEmpty()
          ? Optional.empty()
          : Optional.of(Operands.value(given, context));
    }
    Optional<Value> tensor = context.argument(name).map(t -> t);
    return tensor.or(
        () -> context.arguments().get(name).flatMap(stored -> StoredTensor.of(stored, context)));
  }

  private static Value inverseRoot(GraphOps ops, Value variance, float epsilon) {
    return ops.one("Rsqrt", ops.add(variance, ops.number(epsilon)));
  }

  private static Value ofBatch(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    Held x = context.input();
    GraphOps ops = new GraphOps(context);
    int axis = x.type().axis(options.whole(-1, "axis"));
    Value mean = along(argument(1, "mean", context).orElseThrow(), axis, context);
    Value variance = along(argument(2, "variance", context).orElseThrow(), axis, context);
    Value scale = inverseRoot(ops, variance, options.number(1e-3f, "epsilon"));
    Optional<Value> given = argument(4, "scale", context);
    if (given.isPresent()) {
      scale = ops.mul(scale, along(given.get(), axis, context));
    }
    Value shift = ops.one("Neg", ops.mul(mean, scale));
    Optional<Value> offset = argument(3, "offset", context);
    if (offset.isPresent()) {
      shift = ops.add(shift, along(offset.get(), axis, context));
    }
    return ops.add(ops.mul(x, scale), shift);
  }

  /** A vector along an axis of the input. */
  private static Value along(Value vector, int axis, LayerContext context) {
    int rank = context.input().type().rank();
    if (axis == rank - 1 || ProductFunctions.rank(vector) != 1) {
      return vector;
    }
    List<Long> shape = new ArrayList<>(Collections.nCopies(rank, 1L));
    shape.set(axis, -1L);
    return new GraphOps(context).reshape(vector, shape.toArray(Long[]::new));
  }

  private static List<Long> axes(Settings options, LayerContext context) {
    return options.get("axis").map(Settings::wholes).orElse(List.of(-1L)).stream()
        .map(a -> (long) context.input().type().axis(a))
        .toList();
  }

  private static Value ofLayer(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    if (options.flag(false, "rms_scaling")) {
      throw context.unsupported("has rms_scaling, which Keras itself calls wrong");
    }
    Held x = context.input();
    List<Long> axes = axes(options, context);
    GraphOps ops = new GraphOps(context);
    Value mean = ops.reduce("Mean", x, axes, true);
    Value centred = ops.sub(x, mean);
    Value variance = ops.reduce("Mean", ops.one("Square", centred), axes, true);
    Value y = ops.mul(centred, inverseRoot(ops, variance, options.number(EPSILON, "epsilon")));
    Optional<Value> gamma = argument(1, "gamma", context);
    if (gamma.isPresent()) {
      y = ops.mul(y, broadcast(gamma.get(), axes, context));
    }
    Optional<Value> beta = argument(2, "beta", context);
    return beta.isPresent() ? ops.add(y, broadcast(beta.get(), axes, context)) : y;
  }

  private static Value broadcast(Value value, List<Long> axes, LayerContext context) {
    int rank = context.input().type().rank();
    if (axes.equals(List.of(rank - 1L)) || ProductFunctions.rank(value) == rank) {
      return value;
    }
    if (axes.size() > 1) {
      throw context.unsupported("scales along several axes");
    }
    return along(value, axes.get(0).intValue(), context);
  }

  private static Value ofRoot(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    Held x = context.input();
    GraphOps ops = new GraphOps(context);
    Value squares = ops.reduce("Mean", ops.one("Square", x), axes(options, context), true);
    Value y = ops.mul(x, inverseRoot(ops, squares, options.number(EPSILON, "epsilon")));
    Optional<Value> scale = argument(1, "scale", context);
    return scale.isPresent() ? ops.mul(y, scale.get()) : y;
  }
}

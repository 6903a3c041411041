package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Functions of {@code keras.ops} that leave one element of an axis: sums, extremes, means. */
final class Reductions {
  private static final Set<String> PLAIN =
      Set.of("Mean", "Sum", "Max", "Min", "Prod", "Any", "All");

  static final Map<String, FunctionRule> TABLE = table();

  private Reductions() {}

  private static Map<String, FunctionRule> table() {
    Map<String, FunctionRule> all = new HashMap<>();
    PLAIN.forEach(
        name ->
            all.put(name, (options, context) -> reduced(name, context.input(), options, context)));
    all.put("Ptp", Reductions::range);
    all.put("Trapezoid", Reductions::area);
    return Map.copyOf(all);
  }

  private static Value reduced(String op, Held x, Settings options, LayerContext context) {
    boolean isCounted = x.type().dtype().equals(DType.BOOL) || Operands.areOfOneWholeType(context);
    if (!isCounted || op.equals("Mean")) {
      Operands.requireFloating(context);
    }
    for (String other : List.of("initial", "dtype", "where")) {
      if (options.has(other)) {
        throw context.unsupported("has " + other);
      }
    }
    List<Long> axes =
        options
            .get("axis")
            .map(Settings::wholes)
            .orElseGet(() -> LongStream.range(0, x.type().rank()).boxed().toList());
    Map<String, Attr> attrs = Map.of("keep_dims", Attrs.of(options.flag(false, "keepdims")));
    return context.op(op, attrs, List.of(x, Attrs.vector(axes)));
  }

  private static Value range(Settings options, LayerContext context) {
    Value most = reduced("Max", context.input(), options, context);
    return new GraphOps(context).sub(most, reduced("Min", context.input(), options, context));
  }

  /** Under a line through points that are {@code dx} apart. */
  private static Value area(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    if (options.has("x")) {
      throw context.unsupported("has points of their own");
    }
    Held x = context.input();
    int rank = x.type().rank();
    int axis = x.type().axis(options.whole(-1, "axis"));
    long steps = AxisFunctions.known(x, axis, context) - 1;
    GraphOps ops = new GraphOps(context);
    Value ends = ops.add(ops.slice(x, rank, axis, 1, steps), ops.slice(x, rank, axis, 0, steps));
    Value middles = ops.mul(ends, ops.number(0.5 * options.number(1, "dx")));
    return ops.reduce("Sum", middles, List.of((long) axis), false);
  }
}

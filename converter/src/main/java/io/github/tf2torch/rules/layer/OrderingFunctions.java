package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Functions of {@code keras.ops} that put in order, or look for a place in an order. */
final class OrderingFunctions {
  static final Map<String, FunctionRule> TABLE =
      Map.of(
          "Sort", (options, context) -> ordered(0, options, context),
          "Argsort", (options, context) -> ordered(1, options, context),
          "Median", (options, context) -> quantile(0.5, options, context),
          "Quantile", (options, context) -> quantile(second(context), options, context),
          "Percentile", (options, context) -> quantile(second(context) / 100, options, context),
          "SearchSorted", OrderingFunctions::searched,
          "Digitize", OrderingFunctions::binned,
          "Sparsemax", OrderingFunctions::sparsemax);

  private OrderingFunctions() {}

  private static int axis(Settings options, LayerContext context) {
    List<Long> axes = options.get("axis").map(Settings::wholes).orElse(List.of());
    if (axes.size() != 1) {
      throw context.unsupported("is along " + axes.size() + " axes");
    }
    return context.input().type().axis(axes.get(0));
  }

  private static double second(LayerContext context) {
    if (context.positional().size() < 2 || context.positional().get(1).tensor().isPresent()) {
      throw context.unsupported("is called with a share that is no number");
    }
    return Settings.real(context.positional().get(1).stored());
  }

  private static Value lastTurned(Value x, int rank, int axis, LayerContext context) {
    List<Long> order = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
    Collections.swap(order, axis, rank - 1);
    return axis == rank - 1 ? x : new GraphOps(context).transpose(x, order);
  }

  /** The largest ones of the negative. */
  private static Value ordered(int answer, Settings options, LayerContext context) {
    Held x = context.input();
    Operands.requireFloating(context);
    int rank = x.type().rank();
    int axis = axis(options, context);
    Value last = lastTurned(x, rank, axis, context);
    return lastTurned(ascending(last, rank, context).get(answer), rank, axis, context);
  }

  /** Along the last axis: values and places. */
  private static List<Value> ascending(Value x, int rank, LayerContext context) {
    GraphOps ops = new GraphOps(context);
    List<Value> both = descending(ops.one("Neg", x), rank, context);
    return List.of(ops.one("Neg", both.get(0)), both.get(1));
  }

  private static List<Value> descending(Value x, int rank, LayerContext context) {
    long count = AxisFunctions.known((Held) x, rank - 1, context);
    Map<String, Attr> attrs = Map.of("sorted", Attrs.of(true));
    return context.op("TopKV2", attrs, List.of(x, Attrs.scalar(count)), 2);
  }

  /** On the line between its two neighbours in the order. */
  private static Value quantile(double share, Settings options, LayerContext context) {
    Held x = context.input();
    Operands.requireFloating(context);
    if (!options.text("linear", "method").equals("linear")) {
      throw context.unsupported("has method \"" + options.text("", "method") + "\"");
    }
    int rank = x.type().rank();
    int axis = axis(options, context);
    long count = AxisFunctions.known(x, axis, context);
    if (share < 0 || share > 1) {
      throw context.unsupported("asks for a share that is not between 0 and 1");
    }
    double place = share * (count - 1);
    long below = (long) Math.floor(place);
    GraphOps ops = new GraphOps(context);
    Value sorted = ascending(lastTurned(x, rank, axis, context), rank, context).get(0);
    Value lower = ops.slice(sorted, rank, rank - 1, below, 1);
    Value between = lower;
    if (place > below) {
      Value upper = ops.slice(sorted, rank, rank - 1, below + 1, 1);
      between =
          ops.add(
              ops.mul(lower, ops.number(1 - (place - below))),
              ops.mul(upper, ops.number(place - below)));
    }
    Value kept = lastTurned(between, rank, axis, context);
    return options.flag(false, "keepdims")
        ? kept
        : ops.one("Squeeze", Map.of("squeeze_dims", Attrs.of(List.of((long) axis))), kept);
  }

  private static Held held(Value value, LayerContext context) {
    return value instanceof Value.Weight weight ? context.attribute(weight.recipe()) : (Held) value;
  }

  private static Value searched(Settings options, LayerContext context) {
    List<Value> both = Operands.of(context);
    return place(both.get(0), both.get(1), options.text("left", "side").equals("right"), context);
  }

  private static Value binned(Settings options, LayerContext context) {
    List<Value> both = Operands.of(context);
    return place(both.get(1), both.get(0), true, context);
  }

  /** How many of the bounds are below, or not above. */
  private static Value place(Value order, Value of, boolean isBehind, LayerContext context) {
    Held bounds = held(order, context);
    Held given = held(of, context);
    Held x = context.inOrder(given, AxisOrder.identity(given.type().rank()));
    if (bounds.type().rank() != 1 || !x.type().dtype().isFloating()) {
      throw context.unsupported("looks for other than numbers in a vector");
    }
    Expr each = Expr.aten("unsqueeze", x.expr(), new Expr.IntLiteral(-1));
    Expr isAbove = Expr.aten(isBehind ? "ge" : "gt", each, bounds.expr());
    Expr count = Expr.aten("sum", isAbove, Expr.ints(List.of(-1)));
    return context.assign(
        "place",
        Expr.aten("to", count, new Expr.DTypeLiteral(DType.INT32)),
        x.type().withDtype(DType.INT32));
  }

  /**
   * {@code keras/src/backend/tensorflow/nn.py}: what is above the threshold, less it. The threshold
   * is Keras's, which adds up running sums where the paper (Martins and Astudillo 2016) has the
   * last.
   */
  private static Value sparsemax(Settings options, LayerContext context) {
    Held x = context.input();
    Operands.requireFloating(context);
    int rank = x.type().rank();
    int axis = x.type().axis(options.whole(-1, "axis"));
    GraphOps ops = new GraphOps(context);
    Value last = lastTurned(x, rank, axis, context);
    Value sorted = descending(last, rank, context).get(0);
    Map<String, Attr> forward = Map.of("exclusive", Attrs.of(false), "reverse", Attrs.of(false));
    Value sums = ops.one("Cumsum", forward, sorted, Attrs.scalar(rank - 1L));
    Value ranks = ops.one("OnesLike", sorted);
    ranks = ops.one("Cumsum", forward, ranks, Attrs.scalar(rank - 1L));
    Value bound = ops.div(ops.sub(sums, ops.number(1)), ranks);
    Value isAbove = ops.one("Greater", sorted, bound);
    Value above = ops.one("Cast", Map.of("DstT", new Attr.Type(DType.FLOAT32)), isAbove);
    List<Long> lastAxis = List.of(rank - 1L);
    Value count = ops.reduce("Sum", above, lastAxis, true);
    Value chosen = ops.where(isAbove, sums, ops.one("ZerosLike", sums));
    Value sum = ops.reduce("Sum", chosen, lastAxis, true);
    Value threshold = ops.div(ops.sub(sum, ops.number(1)), count);
    return lastTurned(ops.one("Relu", ops.sub(last, threshold)), rank, axis, context);
  }
}

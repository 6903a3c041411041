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
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Functions of {@code keras.ops} that join tensors, or take what indices name. */
final class PlacingFunctions {
  static final Map<String, FunctionRule> TABLE =
      Map.of(
          "Append", PlacingFunctions::appended,
          "Dstack", PlacingFunctions::deep,
          "TakeAlongAxis", PlacingFunctions::along,
          "ExtractSequences", PlacingFunctions::sequences,
          "MultiHot", PlacingFunctions::hot);

  private PlacingFunctions() {}

  private static Value appended(Settings options, LayerContext context) {
    long axis =
        options
            .get("axis")
            .map(Settings::whole)
            .orElseThrow(() -> context.unsupported("flattens what it joins"));
    return new GraphOps(context).concat(Operands.of(context), axis);
  }

  private static Value deep(Settings options, LayerContext context) {
    int rank = context.input().type().rank();
    if (rank < 2) {
      throw context.unsupported("joins vectors");
    }
    GraphOps ops = new GraphOps(context);
    List<Value> parts = new ArrayList<>();
    for (Held part : context.inputs()) {
      parts.add(rank == 2 ? ops.one("ExpandDims", part, Attrs.scalar(2)) : part);
    }
    return ops.concat(parts, 2);
  }

  /** Indices below zero count from the end. */
  static Held positive(Held index, long extent, LayerContext context) {
    GraphOps ops = new GraphOps(context);
    Value isBelow = ops.one("Less", index, Attrs.scalar(0));
    return (Held) ops.where(isBelow, ops.add(index, Attrs.scalar(extent)), index);
  }

  private static Value along(Settings options, LayerContext context) {
    List<Held> both = context.inputs();
    if (both.size() != 2 || !options.has("axis") || both.get(1).type().dtype().isFloating()) {
      throw context.unsupported("does not take by a tensor of indices along an axis");
    }
    Held x = context.inOrder(both.get(0), AxisOrder.identity(both.get(0).type().rank()));
    int axis = x.type().axis(options.whole(0, "axis"));
    Held index = positive(both.get(1), AxisFunctions.known(x, axis, context), context);
    Held places = context.inOrder(index, AxisOrder.identity(index.type().rank()));
    for (int a = 0; a < x.type().rank(); a++) {
      boolean isAlike = x.type().dims().extent(a) == places.type().dims().extent(a);
      if (places.type().rank() != x.type().rank() || a != axis && !isAlike) {
        throw context.unsupported("has indices of another shape than the tensor beside the axis");
      }
    }
    Expr wide = Expr.aten("to", places.expr(), new Expr.DTypeLiteral(DType.INT64));
    return context.assign(
        Expr.aten("gather", x.expr(), new Expr.IntLiteral(axis), wide),
        places.type().withDtype(x.type().dtype()));
  }

  private static Value sequences(Settings options, LayerContext context) {
    Held x = context.input();
    int last = x.type().rank() - 1;
    long length = options.whole(1, "sequence_length");
    long stride = options.whole(1, "sequence_stride");
    long count = (AxisFunctions.known(x, last, context) - length) / stride + 1;
    List<Long> places =
        LongStream.range(0, count * length)
            .map(i -> i / length * stride + i % length)
            .boxed()
            .toList();
    Value wanted = Attrs.matrix(places, Math.toIntExact(length));
    return new GraphOps(context).one("GatherV2", x, wanted, Attrs.scalar(last));
  }

  private static Value hot(Settings options, LayerContext context) {
    if (options.flag(false, "sparse") || !options.text("float32", "dtype").equals("float32")) {
      throw context.unsupported("answers a sparse tensor, or other than float32");
    }
    Held x = context.input();
    Map<String, Attr> attrs = Map.of("axis", Attrs.of(options.whole(-1, "axis")));
    Value depth = Attrs.scalar(options.whole(1, "num_classes"));
    GraphOps ops = new GraphOps(context);
    Value hot = ops.one("OneHot", attrs, x, depth, Attrs.number(1), Attrs.number(0));
    return ops.reduce("Max", hot, List.of(x.type().rank() > 1 ? 1L : 0L), false);
  }
}

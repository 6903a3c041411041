package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Functions of {@code keras.ops} that turn, add, drop or walk along axes. */
final class AxisFunctions {
  static final Map<String, FunctionRule> TABLE =
      Map.of(
          "Transpose", AxisFunctions::turned,
          "ExpandDims", AxisFunctions::expanded,
          "Squeeze", AxisFunctions::squeezed,
          "GetItem", (options, context) -> Indexing.of(context.input(), context),
          "Fliplr", (options, context) -> reversed(1, context),
          "Flipud", (options, context) -> reversed(0, context),
          "Rot90", AxisFunctions::rotated,
          "Diff", AxisFunctions::differences,
          "Diagonal", AxisFunctions::diagonal,
          "Trace", AxisFunctions::trace);

  private AxisFunctions() {}

  private static Value turned(Settings options, LayerContext context) {
    return context.op(
        "Transpose", Map.of(), List.of(context.input(), axes(context.input(), options)));
  }

  /** All axes turned where none are named. */
  private static Value axes(Held x, Settings options) {
    int rank = x.type().rank();
    return Attrs.vector(
        options
            .get("axes", "perm")
            .map(Settings::wholes)
            .map(all -> all.stream().map(a -> (long) x.type().axis(a)).toList())
            .orElseGet(() -> LongStream.range(0, rank).map(a -> rank - 1 - a).boxed().toList()));
  }

  private static Value expanded(Settings options, LayerContext context) {
    return context.op(
        "ExpandDims", Map.of(), List.of(context.input(), Attrs.scalar(axis(options, context))));
  }

  private static long axis(Settings options, LayerContext context) {
    List<Long> axes = options.get("axis").map(Settings::wholes).orElse(List.of());
    if (axes.size() != 1) {
      throw context.unsupported("is along " + axes.size() + " axes");
    }
    return axes.get(0);
  }

  private static Value squeezed(Settings options, LayerContext context) {
    Held x = context.input();
    List<Long> axes =
        options.get("axis").map(Settings::wholes).orElse(List.of()).stream()
            .map(a -> (long) x.type().axis(a))
            .toList();
    return context.op("Squeeze", Map.of("squeeze_dims", Attrs.of(axes)), List.of(x));
  }

  private static Value reversed(long axis, LayerContext context) {
    if (context.input().type().rank() <= axis) {
      throw context.unsupported("turns an axis round that there is not");
    }
    return reversed(context.input(), axis, context);
  }

  private static Value reversed(Value x, long axis, LayerContext context) {
    return new GraphOps(context).one("ReverseV2", x, Attrs.vector(List.of(axis)));
  }

  private static Value rotated(Settings options, LayerContext context) {
    Held x = context.input();
    List<Long> plane = options.get("axes").map(Settings::wholes).orElse(List.of(0L, 1L));
    int from = x.type().axis(plane.get(0));
    int to = x.type().axis(plane.get(1));
    List<Long> order = new ArrayList<>(LongStream.range(0, x.type().rank()).boxed().toList());
    Collections.swap(order, from, to);
    GraphOps ops = new GraphOps(context);
    long turns = Math.floorMod(options.whole(1, "k"), 4L);
    if (turns == 2 && known(x, from, context) != known(x, to, context)) {
      throw context.unsupported(
          "turns what is no square by 180 degrees, which Keras 3 on TensorFlow mixes up; write it as"
              + " keras.ops.flip along both axes");
    }
    return switch ((int) turns) {
      case 0 -> x;
      case 1 -> ops.transpose(reversed(x, to, context), order);
      case 2 -> reversed(reversed(x, from, context), to, context);
      default -> reversed(ops.transpose(x, order), to, context);
    };
  }

  private static Value differences(Settings options, LayerContext context) {
    Held x = context.input();
    Operands.requireFloating(context);
    int rank = x.type().rank();
    int axis = x.type().axis(options.whole(-1, "axis"));
    GraphOps ops = new GraphOps(context);
    long extent = known(x, axis, context);
    Value y = x;
    for (long order = options.whole(1, "n"); order > 0; order--) {
      extent--;
      y = ops.sub(ops.slice(y, rank, axis, 1, extent), ops.slice(y, rank, axis, 0, extent));
    }
    return y;
  }

  static long known(Held x, int axis, LayerContext context) {
    long extent = x.type().dims().extent(axis);
    if (extent < 0) {
      throw context.unsupported("has an axis " + axis + " of unknown length");
    }
    return extent;
  }

  /** Both axes become one, of which every so-and-so-manieth element is taken. */
  private static Value diagonal(Settings options, LayerContext context) {
    Held x = context.input();
    int rank = x.type().rank();
    int rows = x.type().axis(options.whole(0, "axis1"));
    int columns = x.type().axis(options.whole(1, "axis2"));
    if (rows == columns) {
      throw context.unsupported("names one axis twice");
    }
    long height = known(x, rows, context);
    long width = known(x, columns, context);
    long offset = options.whole(0, "offset");
    List<Long> order = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
    order.removeAll(List.of((long) rows, (long) columns));
    List<Long> flat = new ArrayList<>(order.stream().map(a -> extent(x, a)).toList());
    if (flat.stream().filter(e -> e < 0).count() > 1) {
      throw context.unsupported("has several axes of unknown length");
    }
    order.addAll(List.of((long) rows, (long) columns));
    flat.add(height * width);
    GraphOps ops = new GraphOps(context);
    Value together = ops.reshape(ops.transpose(x, order), flat.toArray(Long[]::new));
    List<Long> places =
        LongStream.range(0, height)
            .filter(i -> i + offset >= 0 && i + offset < width)
            .map(i -> i * width + i + offset)
            .boxed()
            .toList();
    return ops.gather(together, places, rank - 2L);
  }

  private static long extent(Held x, long axis) {
    return x.type().dims().extent((int) axis);
  }

  private static Value trace(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    long last = context.input().type().rank() - 2L;
    return new GraphOps(context).reduce("Sum", diagonal(options, context), List.of(last), false);
  }
}

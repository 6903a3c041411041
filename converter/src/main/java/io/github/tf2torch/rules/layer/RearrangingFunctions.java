package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerContext.Argument;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Functions of {@code keras.ops} that put elements elsewhere: {@code keras/src/ops/numpy.py}. */
public final class RearrangingFunctions implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "Stack",
        "Vstack",
        "Hstack",
        "Swapaxes",
        "Moveaxis",
        "Flip",
        "Roll",
        "Tile",
        "Repeat",
        "BroadcastTo",
        "Ravel",
        "Pad",
        "Slice",
        "Take");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Operations.requireFunction(context);
    Held x = context.input();
    Settings settings = context.settings();
    switch (layer.className()) {
      case "Stack" ->
          context.output(
              context.op(
                  "Pack", Map.of("axis", Attrs.of(settings.whole(0, "axis"))), context.inputs()));
      case "Vstack" -> context.output(joined(0, context));
      case "Hstack" -> context.output(joined(1, context));
      case "Swapaxes" -> context.output(swapped(x, context));
      case "Moveaxis" -> context.output(moved(x, context));
      case "Flip" -> context.output(flipped(x, context));
      case "Roll" -> context.output(rolled(x, context));
      case "Tile" -> context.output(tiled(x, context));
      case "Repeat" -> context.output(repeated(x, context));
      case "BroadcastTo" -> context.output(broadcast(x, context));
      case "Ravel" ->
          context.output(context.op("Reshape", Map.of(), List.of(x, Attrs.vector(List.of(-1L)))));
      case "Pad" -> context.output(padded(x, context));
      case "Slice" -> context.output(sliced(x, context));
      case "Take" -> context.output(taken(x, context));
      default -> throw new AssertionError("no case for " + layer.className());
    }
  }

  private static Value joined(long axis, LayerContext context) {
    if (context.input().type().rank() < 2) {
      throw context.unsupported("joins vectors");
    }
    List<Value> all = new ArrayList<>(context.inputs());
    all.add(Attrs.scalar(axis));
    return context.op("ConcatV2", Map.of(), all);
  }

  private static long axis(Held x, LayerContext context) {
    List<Long> axes = context.settings().get("axis").map(Settings::wholes).orElse(List.of());
    if (axes.size() != 1) {
      throw context.unsupported("is along " + axes.size() + " axes");
    }
    return x.type().axis(axes.get(0));
  }

  private static long known(Held x, long axis, LayerContext context) {
    long extent = x.type().dims().extent((int) axis);
    if (extent < 0) {
      throw context.unsupported("has an axis " + axis + " of unknown length");
    }
    return extent;
  }

  private static List<Long> identity(Held x) {
    return new ArrayList<>(LongStream.range(0, x.type().rank()).boxed().toList());
  }

  private static Value turned(Held x, List<Long> order, LayerContext context) {
    return context.op("Transpose", Map.of(), List.of(x, Attrs.vector(order)));
  }

  private static Value swapped(Held x, LayerContext context) {
    Settings settings = context.settings();
    int a = x.type().axis(settings.whole(0, "axis1"));
    int b = x.type().axis(settings.whole(0, "axis2"));
    List<Long> order = identity(x);
    order.set(a, (long) b);
    order.set(b, (long) a);
    return turned(x, order, context);
  }

  private static Value moved(Held x, LayerContext context) {
    List<Integer> from = axes(x, "source", context);
    List<Integer> to = axes(x, "destination", context);
    List<Long> order = identity(x);
    order.removeIf(a -> from.contains(a.intValue()));
    IntStream.range(0, to.size())
        .boxed()
        .sorted((i, j) -> Integer.compare(to.get(i), to.get(j)))
        .forEach(i -> order.add(to.get(i), (long) from.get(i)));
    return turned(x, order, context);
  }

  private static List<Integer> axes(Held x, String name, LayerContext context) {
    return context.settings().get(name).map(Settings::wholes).orElse(List.of()).stream()
        .map(a -> x.type().axis(a))
        .toList();
  }

  private static Value flipped(Held x, LayerContext context) {
    List<Long> axes =
        context.settings().has("axis")
            ? axes(x, "axis", context).stream().map(Integer::longValue).toList()
            : identity(x);
    return context.op("ReverseV2", Map.of(), List.of(x, Attrs.vector(axes)));
  }

  private static Value rolled(Held x, LayerContext context) {
    List<Integer> axes = axes(x, "axis", context);
    if (axes.isEmpty()) {
      throw context.unsupported("rolls through all axes at once");
    }
    List<Long> shifts = context.settings().wholes(axes.size(), 0, "shift");
    return context.op(
        "Roll",
        Map.of(),
        List.of(
            x, Attrs.vector(shifts), Attrs.vector(axes.stream().map(Integer::longValue).toList())));
  }

  /** Fewer numbers than axes are for the last ones. */
  private static Value tiled(Held x, LayerContext context) {
    List<Long> times =
        new ArrayList<>(context.settings().get("repeats").map(Settings::wholes).orElse(List.of()));
    while (times.size() < x.type().rank()) {
      times.add(0, 1L);
    }
    if (times.size() > x.type().rank()) {
      throw context.unsupported("repeats more axes than there are");
    }
    return context.op("Tile", Map.of(), List.of(x, Attrs.vector(times)));
  }

  /** Each element so often, one after another. */
  private static Value repeated(Held value, LayerContext context) {
    List<Long> times = context.settings().get("repeats").map(Settings::wholes).orElse(List.of());
    if (times.size() != 1) {
      throw context.unsupported("repeats each element as often as a list says");
    }
    Held x = context.unflattened(value);
    int axis = Math.toIntExact(axis(x, context));
    long extent = x.type().dims().extent(axis);
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.set(axis, extent < 0 ? -1 : extent * times.get(0));
    return context.assign(
        Expr.aten(
            "repeat_interleave",
            x.expr(),
            new Expr.IntLiteral(times.get(0)),
            new Expr.IntLiteral(x.type().order().dimensionOf(axis))),
        x.type().withDims(new Dims(extents)));
  }

  private static Value broadcast(Held x, LayerContext context) {
    List<Long> shape = context.settings().get("shape").map(Settings::wholes).orElse(List.of());
    return context.op("BroadcastTo", Map.of(), List.of(x, Attrs.vector(shape)));
  }

  private static Value padded(Held x, LayerContext context) {
    List<Long> widths = new ArrayList<>();
    List<Config> pairs = context.settings().get("pad_width").map(Settings::items).orElse(List.of());
    for (Config pair : pairs) {
      List<Long> both = Settings.wholes(pair);
      widths.add(both.get(0));
      widths.add(both.get(both.size() - 1));
    }
    if (widths.size() != 2 * x.type().rank()) {
      throw context.unsupported("does not name the pads of each axis");
    }
    Value pads = Attrs.matrix(widths, 2);
    String mode = context.settings().text("constant", "mode");
    return switch (mode) {
      case "constant" -> {
        float value = context.arguments().number(0, "constant_values");
        yield value == 0
            ? context.op("Pad", Map.of(), List.of(x, pads))
            : context.op("PadV2", Map.of(), List.of(x, pads, Attrs.number(value)));
      }
      case "reflect", "symmetric" ->
          context.op(
              "MirrorPad",
              Map.of("mode", Attrs.of(mode.toUpperCase(java.util.Locale.ROOT))),
              List.of(x, pads));
      default -> throw context.unsupported("has mode \"" + mode + "\"");
    };
  }

  private static Value sliced(Held x, LayerContext context) {
    List<Long> shape = context.settings().get("shape").map(Settings::wholes).orElse(List.of());
    return context.op(
        "Slice", Map.of(), List.of(x, Attrs.vector(second(context)), Attrs.vector(shape)));
  }

  /** The second argument, where it is whole numbers. */
  private static List<Long> second(LayerContext context) {
    List<Argument> arguments = context.positional();
    if (arguments.size() < 2 || arguments.get(1).tensor().isPresent()) {
      throw context.unsupported("is called with places that are no whole numbers");
    }
    return Settings.wholes(arguments.get(1).stored());
  }

  /** At whole numbers, the negative ones from the end, or at those of a tensor. */
  private static Value taken(Held x, LayerContext context) {
    int axis = Math.toIntExact(axis(x, context));
    List<Argument> arguments = context.positional();
    if (arguments.size() > 1 && arguments.get(1).tensor().isPresent()) {
      Held index =
          PlacingFunctions.positive(
              arguments.get(1).tensor().get(), known(x, axis, context), context);
      return context.op("GatherV2", Map.of(), List.of(x, index, Attrs.scalar(axis)));
    }
    List<Long> named = second(context);
    LongUnaryOperator place = i -> i < 0 ? i + known(x, axis, context) : i;
    List<Long> places = named.stream().map(place::applyAsLong).toList();
    boolean isOne = arguments.get(1).stored() instanceof Config.Whole;
    Value wanted = isOne ? Attrs.scalar(places.get(0)) : Attrs.vector(places);
    Map<String, Attr> none = Map.of();
    return context.op("GatherV2", none, List.of(x, wanted, Attrs.scalar(axis)));
  }
}

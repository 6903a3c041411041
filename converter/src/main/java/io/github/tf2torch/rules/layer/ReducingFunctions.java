package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Statistics, norms, places and running sums of {@code keras.ops}. */
public final class ReducingFunctions implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "Var",
        "Std",
        "Moments",
        "Logsumexp",
        "Amax",
        "Amin",
        "Argmax",
        "Argmin",
        "Norm",
        "CountNonzero",
        "Cumsum",
        "Cumprod",
        "TopK");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Operations.requireFunction(context);
    Held x = context.input();
    Settings settings = context.settings();
    boolean keeps = settings.flag(false, "keepdims");
    switch (layer.className()) {
      case "Var" -> context.output(variance(x, axes(x, settings, "axis"), keeps, context));
      case "Std" ->
          context.output(
              context.op(
                  "Sqrt",
                  Map.of(),
                  List.of(variance(x, axes(x, settings, "axis"), keeps, context))));
      case "Moments" -> {
        List<Long> axes = axes(x, settings, "axes");
        context.output(0, reduced("Mean", x, axes, keeps, context));
        context.output(1, variance(x, axes, keeps, context));
      }
      case "Logsumexp" -> context.output(logOfSum(x, axes(x, settings, "axis"), keeps, context));
      case "Amax" -> context.output(reduced("Max", x, axes(x, settings, "axis"), keeps, context));
      case "Amin" -> context.output(reduced("Min", x, axes(x, settings, "axis"), keeps, context));
      case "Argmax" -> context.output(place("ArgMax", x, keeps, context));
      case "Argmin" -> context.output(place("ArgMin", x, keeps, context));
      case "Norm" -> context.output(norm(x, order(settings), axis(x, context), keeps, context));
      case "CountNonzero" -> context.output(count(x, axes(x, settings, "axis"), context));
      case "Cumsum", "Cumprod" -> context.output(running(layer.className(), x, context));
      case "TopK" -> largest(x, context);
      default -> throw new AssertionError("no case for " + layer.className());
    }
  }

  /** All axes where none are named. */
  private static List<Long> axes(Held x, Settings settings, String name) {
    return settings
        .get(name)
        .map(Settings::wholes)
        .orElseGet(() -> LongStream.range(0, x.type().rank()).boxed().toList());
  }

  private static long axis(Held x, LayerContext context) {
    List<Long> axes = axes(x, context.settings(), "axis");
    if (axes.size() != 1) {
      throw context.unsupported("is along " + axes.size() + " axes");
    }
    return x.type().axis(axes.get(0));
  }

  private static Value reduced(
      String op, Value x, List<Long> axes, boolean keeps, LayerContext context) {
    return context.op(op, Map.of("keep_dims", Attrs.of(keeps)), List.of(x, Attrs.vector(axes)));
  }

  static Value sum(Value x, long axis, boolean keeps, LayerContext context) {
    return reduced("Sum", x, List.of(axis), keeps, context);
  }

  /** Of the numbers themselves, not of a sample. */
  private static Value variance(Held x, List<Long> axes, boolean keeps, LayerContext context) {
    requireReal(x, context);
    Value mean = reduced("Mean", x, axes, true, context);
    Value squares = context.op("SquaredDifference", Map.of(), List.of(x, mean));
    return reduced("Mean", squares, axes, keeps, context);
  }

  private static void requireReal(Held x, LayerContext context) {
    if (!x.type().dtype().isFloating()) {
      throw context.unsupported("computes with whole numbers");
    }
  }

  /** Less the largest first, so that nothing overflows. */
  private static Value logOfSum(Held x, List<Long> axes, boolean keeps, LayerContext context) {
    requireReal(x, context);
    Value most =
        context.op("StopGradient", Map.of(), List.of(reduced("Max", x, axes, true, context)));
    Value exponentials =
        context.op("Exp", Map.of(), List.of(context.op("Sub", Map.of(), List.of(x, most))));
    Value log =
        context.op("Log", Map.of(), List.of(reduced("Sum", exponentials, axes, true, context)));
    Value kept = context.op("AddV2", Map.of(), List.of(log, most));
    if (keeps) {
      return kept;
    }
    List<Long> places = axes.stream().map(a -> (long) x.type().axis(a)).toList();
    return context.op("Squeeze", Map.of("squeeze_dims", Attrs.of(places)), List.of(kept));
  }

  private static Value place(String op, Held x, boolean keeps, LayerContext context) {
    long axis = axis(x, context);
    Map<String, Attr> attrs = Map.of("output_type", new Attr.Type(DType.INT32));
    Value place = context.op(op, attrs, List.of(x, Attrs.scalar(axis)));
    return keeps ? context.op("ExpandDims", Map.of(), List.of(place, Attrs.scalar(axis))) : place;
  }

  private static String order(Settings settings) {
    return settings
        .get("ord")
        .map(o -> o instanceof Config.Text t ? t.value() : Long.toString(Settings.whole(o)))
        .orElse("2");
  }

  /** Of vectors along an axis. */
  static Value norm(Held x, String order, long axis, boolean keeps, LayerContext context) {
    requireReal(x, context);
    return switch (order) {
      case "2" -> {
        Value squares = context.op("Square", Map.of(), List.of(x));
        yield context.op("Sqrt", Map.of(), List.of(sum(squares, axis, keeps, context)));
      }
      case "1" -> sum(context.op("Abs", Map.of(), List.of(x)), axis, keeps, context);
      default -> throw context.unsupported("is a norm of order " + order);
    };
  }

  private static Value count(Held x, List<Long> axes, LayerContext context) {
    Value counted =
        x.type().dtype() == DType.BOOL
            ? x
            : context.op("NotEqual", Map.of(), List.of(x, Attrs.scalar(0)));
    Value ones = context.op("Cast", Map.of("DstT", new Attr.Type(DType.INT32)), List.of(counted));
    return reduced("Sum", ones, axes, false, context);
  }

  private static Value running(String op, Held x, LayerContext context) {
    if (context.settings().has("dtype")) {
      throw context.unsupported("has dtype");
    }
    requireReal(x, context);
    Map<String, Attr> attrs = Map.of("exclusive", Attrs.of(false), "reverse", Attrs.of(false));
    return context.op(op, attrs, List.of(x, Attrs.scalar(axis(x, context))));
  }

  private static void largest(Held x, LayerContext context) {
    long count = context.settings().whole(1, "k");
    Map<String, Attr> attrs = Map.of("sorted", Attrs.of(context.settings().flag(true, "sorted")));
    List<Value> both = context.op("TopKV2", attrs, List.of(x, Attrs.scalar(count)), 2);
    context.output(0, both.get(0));
    context.output(1, both.get(1));
  }
}

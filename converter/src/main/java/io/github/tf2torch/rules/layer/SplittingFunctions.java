package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Functions of {@code keras.ops} that answer the parts of a tensor. */
public final class SplittingFunctions implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Split", "ArraySplit", "Hsplit", "Vsplit", "Dsplit", "Unstack");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Operations.requireFunction(context);
    Held x = context.input();
    switch (layer.className()) {
      case "Split" -> split(x, axis(x, context), context);
      case "Vsplit" -> split(x, 0, context);
      case "Hsplit" -> split(x, x.type().rank() < 2 ? 0 : 1, context);
      case "Dsplit" -> split(x, 2, context);
      case "ArraySplit" -> splitUnevenly(x, context);
      case "Unstack" -> unstacked(x, context);
      default -> throw new AssertionError("no case for " + layer.className());
    }
  }

  private static long axis(Held x, LayerContext context) {
    List<Long> axes = context.settings().get("axis").map(Settings::wholes).orElse(List.of());
    if (axes.size() != 1) {
      throw context.unsupported("is along " + axes.size() + " axes");
    }
    return x.type().axis(axes.get(0));
  }

  /** Into equal parts, or at these indexes. */
  private static void split(Held x, long axis, LayerContext context) {
    Config where =
        context
            .settings()
            .get("indices_or_sections")
            .orElseThrow(() -> context.unsupported("does not say into what"));
    List<Value> parts;
    if (where instanceof Config.Whole count) {
      parts =
          context.op(
              "Split",
              Map.of("num_split", Attrs.of(count.value())),
              List.of(Attrs.scalar(axis), x),
              Math.toIntExact(count.value()));
    } else {
      List<Long> bounds = new ArrayList<>(List.of(0L));
      bounds.addAll(Settings.wholes(where));
      bounds.add(AxisFunctions.known(x, Math.toIntExact(axis), context));
      List<Long> sizes =
          IntStream.range(1, bounds.size())
              .mapToObj(i -> bounds.get(i) - bounds.get(i - 1))
              .toList();
      if (sizes.stream().anyMatch(s -> s < 0)) {
        throw context.unsupported("is cut at " + where + ", out of order or out of range");
      }
      parts = parts(x, axis, sizes, context);
    }
    told(parts, context);
  }

  /** As equal as can be, the longer ones first. */
  private static void splitUnevenly(Held x, LayerContext context) {
    long axis = axis(x, context);
    Optional<Config> where = context.settings().get("indices_or_sections");
    if (where.filter(w -> w instanceof Config.Whole).isEmpty()) {
      split(x, axis, context);
      return;
    }
    long count = Settings.whole(where.get());
    long extent = AxisFunctions.known(x, Math.toIntExact(axis), context);
    List<Long> sizes =
        LongStream.range(0, count)
            .mapToObj(i -> extent / count + (i < extent % count ? 1 : 0))
            .toList();
    told(parts(x, axis, sizes, context), context);
  }

  private static List<Value> parts(Held x, long axis, List<Long> sizes, LayerContext context) {
    return context.op(
        "SplitV",
        Map.of("num_split", Attrs.of(sizes.size())),
        List.of(x, Attrs.vector(sizes), Attrs.scalar(axis)),
        sizes.size());
  }

  private static void told(List<Value> parts, LayerContext context) {
    for (int i = 0; i < parts.size(); i++) {
      context.output(i, parts.get(i));
    }
  }

  private static void unstacked(Held x, LayerContext context) {
    long axis = axis(x, context);
    int count = Math.toIntExact(AxisFunctions.known(x, Math.toIntExact(axis), context));
    List<Value> parts =
        context.op(
            "Unpack", Map.of("axis", Attrs.of(axis), "num", Attrs.of(count)), List.of(x), count);
    for (int i = 0; i < count; i++) {
      context.output(i, parts.get(i));
    }
  }
}

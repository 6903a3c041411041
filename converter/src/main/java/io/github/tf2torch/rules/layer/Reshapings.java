package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Flatten, Reshape, Permute and RepeatVector, by the axes as Keras counts them. */
public final class Reshapings implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Flatten", "Reshape", "Permute", "RepeatVector");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    if (context.isOperation()) {
      context.output(wholly(x, context));
      return;
    }
    context.output(
        switch (layer.className()) {
          case "Flatten" -> flatten(x, context);
          case "Reshape" ->
              reshape(
                  x,
                  Settings.wholes(
                      context
                          .settings()
                          .get("target_shape", "dims")
                          .orElseThrow(() -> context.unsupported("has no target_shape"))),
                  context);
          case "Permute" -> permute(x, context);
          case "RepeatVector" -> repeat(x, context);
          default -> throw new AssertionError("no case for " + layer.className());
        });
  }

  /** {@code keras.ops.reshape}, which names the batch too. */
  private static Value wholly(Held x, LayerContext context) {
    List<Long> target =
        context
            .settings()
            .get("newshape", "shape")
            .map(Settings::wholes)
            .orElseThrow(() -> context.unsupported("has no newshape"));
    return context.op("Reshape", Map.of(), List.of(x, Attrs.vector(target)));
  }

  /** Channels go last before an image of the other order is flattened. */
  private static Held flatten(Held input, LayerContext context) {
    Held x = input;
    int rank = x.type().rank();
    boolean isChannelsFirst =
        context.settings().text("channels_last", "data_format").equals("channels_first");
    if (isChannelsFirst && rank > 2) {
      List<Long> order = new ArrayList<>(List.of(0L));
      LongStream.range(2, rank).forEach(order::add);
      order.add(1L);
      x = (Held) context.op("Transpose", Map.of(), List.of(x, Attrs.vector(order)));
    }
    if (rank == 1) {
      return (Held) context.op("ExpandDims", Map.of(), List.of(x, Attrs.scalar(1)));
    }
    return rank == 2 ? x : reshape(x, List.of(-1L), context);
  }

  /** To the batch and {@code target}, one of which may be -1. */
  static Held reshape(Held x, List<Long> target, LayerContext context) {
    List<Long> from = x.type().dims().extents();
    List<Long> rest = new ArrayList<>(target);
    boolean isKnown = from.subList(1, from.size()).stream().noneMatch(e -> e < 0);
    if (isKnown && rest.contains(-1L)) {
      long all = product(from.subList(1, from.size()));
      rest.set(rest.indexOf(-1L), all / product(target.stream().filter(e -> e >= 0).toList()));
    }
    List<Expr> elements = new ArrayList<>();
    elements.add(
        rest.contains(-1L)
            ? Expr.aten("size", x.expr(), new Expr.IntLiteral(x.type().order().dimensionOf(0)))
            : new Expr.IntLiteral(from.get(0)));
    rest.forEach(e -> elements.add(new Expr.IntLiteral(e)));
    return (Held) context.op("Reshape", Map.of(), List.of(x, new Value.Sizes(elements, false)));
  }

  private static long product(List<Long> extents) {
    return extents.stream().reduce(1L, Math::multiplyExact);
  }

  private static Held permute(Held x, LayerContext context) {
    List<Long> order = new ArrayList<>(List.of(0L));
    order.addAll(
        Settings.wholes(
            context.settings().get("dims").orElseThrow(() -> context.unsupported("has no dims"))));
    return (Held) context.op("Transpose", Map.of(), List.of(x, Attrs.vector(order)));
  }

  private static Held repeat(Held x, LayerContext context) {
    long times = context.settings().whole(1, "n");
    Value row = context.op("ExpandDims", Map.of(), List.of(x, Attrs.scalar(1)));
    return (Held) context.op("Tile", Map.of(), List.of(row, Attrs.vector(List.of(1L, times, 1L))));
  }
}

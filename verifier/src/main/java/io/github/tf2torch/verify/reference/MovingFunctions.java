package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Functions that put elements elsewhere. */
final class MovingFunctions extends FunctionCall {
  MovingFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    return switch (name) {
      case "split" -> Optional.of(split(axis(), false));
      case "array_split" -> Optional.of(split(axis(), true));
      case "vsplit" -> Optional.of(split(0, false));
      case "hsplit" -> Optional.of(split(1, false));
      case "dsplit" -> Optional.of(split(2, false));
      case "unstack" ->
          Optional.of(
              IntStream.range(0, (int) x.extent(axis()))
                  .mapToObj(i -> ops.at(x, axis(), i))
                  .toList());
      default -> output(name).map(List::of);
    };
  }

  private Optional<SymbolicTensor> output(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "where" -> ops.where(operand(0), operand(1), operand(2));
          case "vstack" -> ops.concat(call.inputs(), 0);
          case "append" -> ops.concat(call.inputs(), axis());
          case "dstack" -> deep();
          case "take_along_axis" -> along();
          case "extract_sequences" -> sequences();
          case "hstack" -> ops.concat(call.inputs(), 1);
          case "swapaxes" -> swapped();
          case "moveaxis" -> moved();
          case "flip" -> ops.reverse(x, axis());
          case "roll" -> rolled();
          case "tile" -> ops.one("Tile", x, ops.ints(wholes("repeats")));
          case "repeat" -> ops.repeat(x, axis(), settings.whole(1, "repeats"));
          case "broadcast_to" -> ops.one("BroadcastTo", x, ops.ints(wholes("shape")));
          case "ravel" -> ops.reshape(x, -1);
          case "pad" -> padded();
          case "slice" ->
              ops.one(
                  "Slice",
                  x,
                  ops.ints(Settings.wholesOf(call.arguments().positional().get(1).stored())),
                  ops.ints(wholes("shape")));
          case "take" -> taken();
          case "tril", "triu" -> triangle(name.equals("tril"), settings.whole(0, "k"));
          default -> null;
        });
  }

  /** At these places, or in so many parts, the first of which may be longer by one. */
  private List<SymbolicTensor> split(int axis, boolean isUneven) {
    Config stored = settings.get("indices_or_sections").orElseThrow();
    List<Long> bounds = new ArrayList<>(List.of(0L));
    if (stored instanceof Config.Whole count) {
      long rest = isUneven ? x.extent(axis) % count.value() : 0;
      for (long part = 0; part < count.value(); part++) {
        bounds.add(bounds.get((int) part) + x.extent(axis) / count.value() + (part < rest ? 1 : 0));
      }
    } else {
      bounds.addAll(Settings.wholesOf(stored));
      bounds.add(x.extent(axis));
    }
    return IntStream.range(1, bounds.size())
        .mapToObj(i -> ops.slice(x, axis, bounds.get(i - 1), bounds.get(i) - bounds.get(i - 1)))
        .toList();
  }

  private SymbolicTensor deep() {
    return x.rank() > 2
        ? ops.concat(call.inputs(), 2)
        : ops.concat(call.inputs().stream().map(t -> ops.expand(t, 2)).toList(), 2);
  }

  /** By products with ones and zeros, which have a gradient. */
  private SymbolicTensor along() {
    int axis = axis();
    SymbolicTensor places = call.inputs().get(1);
    SymbolicTensor hot = hot(places, x.extent(axis));
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    order.remove((Integer) axis);
    order.add(axis);
    SymbolicTensor last = ops.expand(ops.transpose(x, order), x.rank() - 1);
    List<Integer> hotOrder = new ArrayList<>(order);
    hotOrder.add(x.rank());
    SymbolicTensor chosen = ops.mul(ops.transpose(hot, hotOrder), last);
    SymbolicTensor y = ops.reduce("Sum", chosen, List.of(x.rank()), false);
    List<Integer> back = new ArrayList<>(IntStream.range(0, x.rank() - 1).boxed().toList());
    back.add(axis, x.rank() - 1);
    return ops.transpose(y, back);
  }

  /** A last axis more, of ones and zeros; places below zero count from the end. */
  private SymbolicTensor hot(SymbolicTensor places, long extent) {
    SymbolicTensor isBelow = ops.one("Less", places, ops.number(0, places));
    SymbolicTensor positive = ops.where(isBelow, ops.add(places, extent), places);
    return ops.one(
        "OneHot",
        Map.of("axis", new Attr.Int(-1)),
        positive,
        ops.scalar(extent),
        ops.number(1, x),
        ops.number(0, x));
  }

  private SymbolicTensor sequences() {
    long length = settings.whole(1, "sequence_length");
    long stride = settings.whole(1, "sequence_stride");
    List<SymbolicTensor> windows = new ArrayList<>();
    for (long at = 0; at + length <= x.extent(-1); at += stride) {
      windows.add(ops.slice(x, -1, at, length));
    }
    return ops.stack(windows, x.rank() - 1);
  }

  private SymbolicTensor swapped() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    Collections.swap(
        order, positive(settings.whole(0, "axis1")), positive(settings.whole(0, "axis2")));
    return ops.transpose(x, order);
  }

  /** The axes that stay keep their order, and fill the places that are left. */
  private SymbolicTensor moved() {
    List<Integer> from = axes("source");
    List<Integer> to = axes("destination");
    List<Integer> rest =
        new ArrayList<>(
            IntStream.range(0, x.rank()).filter(a -> !from.contains(a)).boxed().toList());
    List<Integer> order = new ArrayList<>();
    for (int at = 0; at < x.rank(); at++) {
      order.add(to.contains(at) ? from.get(to.indexOf(at)) : rest.remove(0));
    }
    return ops.transpose(x, order);
  }

  private SymbolicTensor rolled() {
    List<Long> axes = axes("axis").stream().map(Integer::longValue).toList();
    return ops.one("Roll", x, ops.ints(wholes("shift")), ops.ints(axes));
  }

  private SymbolicTensor padded() {
    List<long[]> widths =
        Settings.itemsOf(settings.get("pad_width").orElseThrow()).stream()
            .map(p -> Settings.wholesOf(p).stream().mapToLong(w -> w).toArray())
            .toList();
    String mode = settings.text("constant", "mode");
    if (!mode.equals("constant")) {
      return ops.one(
          "MirrorPad",
          Map.of("mode", new Attr.Text(mode.toUpperCase(Locale.ROOT))),
          x,
          ops.pairs(widths));
    }
    double value = call.arguments().settings().number(0, "constant_values");
    return ops.one("PadV2", x, ops.pairs(widths), ops.number(value, x));
  }

  private SymbolicTensor taken() {
    if (call.inputs().size() > 1) {
      return takenByTensor();
    }
    Config places = call.arguments().positional().get(1).stored();
    List<Long> wanted =
        Settings.wholesOf(places).stream().map(i -> i < 0 ? i + x.extent(axis()) : i).toList();
    SymbolicTensor taken = ops.gather(x, ops.ints(wanted), axis());
    return places instanceof Config.Whole ? ops.squeeze(taken, axis()) : taken;
  }

  /** Rows less columns, at least or at most {@code -k}. */
  private SymbolicTensor triangle(boolean isLower, long k) {
    SymbolicTensor rows = ops.reshape(range(x.extent(-2)), x.extent(-2), 1);
    SymbolicTensor offsets = ops.sub(range(x.extent(-1)), rows);
    SymbolicTensor bound = ops.number(k, offsets);
    SymbolicTensor isKept = ops.one(isLower ? "LessEqual" : "GreaterEqual", offsets, bound);
    return ops.mul(x, ops.cast(isKept, x.dtype()));
  }

  private SymbolicTensor range(long count) {
    return ops.ints(java.util.stream.LongStream.range(0, count).toArray());
  }

  private SymbolicTensor takenByTensor() {
    if (axis() != x.rank() - 1) {
      throw call.missing("by a tensor along another axis than the last");
    }
    SymbolicTensor hot = hot(call.inputs().get(1), x.extent(-1));
    SymbolicTensor rows = ops.reshape(x, -1, x.extent(-1));
    SymbolicTensor columns = ops.transpose(ops.reshape(hot, -1, x.extent(-1)), 1, 0);
    List<Long> shape = new ArrayList<>(x.shape().dims().subList(0, x.rank() - 1));
    shape.addAll(call.inputs().get(1).shape().dims());
    return ops.reshape(ops.one("MatMul", rows, columns), shape);
  }
}

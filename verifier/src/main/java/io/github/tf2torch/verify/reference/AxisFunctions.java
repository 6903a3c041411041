package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Functions that turn, join, add, drop or walk along axes. */
final class AxisFunctions extends FunctionCall {
  AxisFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    SymbolicTensor y =
        switch (name) {
          case "reshape" -> ops.reshape(x, wholes("newshape", "shape"));
          case "transpose" ->
              ops.transpose(x, wholes("axes", "perm").stream().map(Long::intValue).toList());
          case "concatenate" -> ops.concat(call.inputs(), axis(call.input().rank(), 0));
          case "stack" -> ops.stack(call.inputs(), axis(call.input().rank() + 1, 0));
          case "expand_dims" -> ops.expand(x, axis(x.rank() + 1, -1));
          case "squeeze" -> squeezed();
          case "getitem", "get_item" -> indexed();
          case "fliplr" -> ops.reverse(x, 1);
          case "flipud" -> ops.reverse(x, 0);
          case "rot90" -> rotated();
          case "diff" -> differences();
          case "diagonal" -> diagonal();
          case "trace" -> ops.reduce("Sum", diagonal(), List.of(x.rank() - 2), false);
          case "trapezoid" -> area();
          default -> null;
        };
    return Optional.ofNullable(y).map(List::of);
  }

  private SymbolicTensor squeezed() {
    if (!settings.has("axis")) {
      return ops.reshape(x, x.shape().dims().stream().filter(d -> d != 1).toList());
    }
    return ops.squeeze(x, axis(x.rank(), 0));
  }

  /** Whole numbers and slices. */
  private SymbolicTensor indexed() {
    List<Config> items =
        call.arguments().positional().size() > 1
            ? Settings.itemsOf(call.arguments().positional().get(1).stored())
            : settings.get("slice_spec").map(Settings::itemsOf).orElse(List.of());
    SymbolicTensor y = x;
    int axis = 0;
    for (Config item : items) {
      if (item instanceof Config.Absent) {
        y = ops.expand(y, axis++);
      } else if (item.get("class_name").equals(Optional.of(new Config.Text("__ellipsis__")))) {
        long named = items.stream().filter(i -> !(i instanceof Config.Absent)).count() - 1;
        axis += x.rank() - (int) named;
      } else if (item instanceof Config.Whole at) {
        y = ops.at(y, axis, placed(at.value(), y.extent(axis)));
      } else {
        Config slice = item.get("config").orElse(item);
        long extent = y.extent(axis);
        long start =
            slice.get("start").map(Settings::wholeOf).map(s -> placed(s, extent)).orElse(0L);
        long stop =
            slice.get("stop").map(Settings::wholeOf).map(s -> placed(s, extent)).orElse(extent);
        long step = slice.get("step").map(Settings::wholeOf).orElse(1L);
        boolean isWhole = slice.get("start").isEmpty() && slice.get("stop").isEmpty();
        if (step < 0 && !isWhole) {
          throw call.missing("backwards with bounds");
        }
        List<SymbolicTensor> taken = new ArrayList<>();
        for (long at = start; step != 1 && at < stop; at += Math.abs(step)) {
          long place = step < 0 ? extent - 1 - at : at;
          taken.add(ops.slice(y, axis, place, 1));
        }
        y = step == 1 ? ops.slice(y, axis, start, stop - start) : ops.concat(taken, axis);
        axis++;
      }
    }
    return y;
  }

  private static long placed(long index, long extent) {
    return Math.min(extent, Math.max(0, index < 0 ? index + extent : index));
  }

  private SymbolicTensor rotated() {
    List<Integer> plane = axes("axes");
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    Collections.swap(order, plane.get(0), plane.get(1));
    SymbolicTensor y = x;
    long turns = Math.floorMod(settings.whole(1, "k"), 4L);
    if (turns == 2) {
      // Keras takes the rows of what it has turned once for those of the input
      SymbolicTensor once = ops.reverse(ops.transpose(y, order), plane.get(0));
      return ops.reshape(
          ops.reverse(ops.transpose(ops.reshape(once, x.shape().dims()), order), plane.get(0)),
          x.shape().dims());
    }
    for (long turn = turns; turn > 0; turn--) {
      y = ops.reverse(ops.transpose(y, order), plane.get(0));
    }
    return y;
  }

  private SymbolicTensor differences() {
    int axis = axis();
    SymbolicTensor y = x;
    for (long order = settings.whole(1, "n"); order > 0; order--) {
      long count = y.extent(axis) - 1;
      y = ops.sub(ops.slice(y, axis, 1, count), ops.slice(y, axis, 0, count));
    }
    return y;
  }

  /** Element by element. */
  private SymbolicTensor diagonal() {
    int rows = positive(settings.whole(0, "axis1"));
    int columns = positive(settings.whole(1, "axis2"));
    long offset = settings.whole(0, "offset");
    List<SymbolicTensor> parts = new ArrayList<>();
    for (long i = 0; i < x.extent(rows); i++) {
      if (i + offset >= 0 && i + offset < x.extent(columns)) {
        SymbolicTensor row = ops.slice(x, rows, i, 1);
        SymbolicTensor one = ops.slice(row, columns, i + offset, 1);
        int first = Math.min(rows, columns);
        parts.add(ops.squeeze(ops.squeeze(one, Math.max(rows, columns)), first));
      }
    }
    return ops.stack(parts, x.rank() - 2);
  }

  private SymbolicTensor area() {
    int axis = axis();
    long count = x.extent(axis) - 1;
    SymbolicTensor sum = ops.add(ops.slice(x, axis, 0, count), ops.slice(x, axis, 1, count));
    SymbolicTensor areas = ops.mul(sum, settings.number(1, "dx") / 2);
    return ops.reduce("Sum", areas, List.of(axis), false);
  }
}

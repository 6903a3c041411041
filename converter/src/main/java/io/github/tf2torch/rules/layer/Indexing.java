package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code x[:, 1:3]} of Keras 3 and of Keras 2's {@code SlicingOpLambda}: whole numbers and slices,
 * as a StridedSlice has them.
 */
final class Indexing {
  private Indexing() {}

  static Value of(Value x, LayerContext context) {
    return of(x, Settings.items(index(context)), context);
  }

  private static Config index(LayerContext context) {
    if (!context.isOperation()) {
      return context
          .arguments()
          .get("slice_spec")
          .orElseThrow(() -> context.unsupported("has no slice_spec that is numbers and slices"));
    }
    if (context.positional().size() != 2) {
      throw context.unsupported("is called without an index by position");
    }
    return context.positional().get(1).stored();
  }

  private static Value of(Value x, List<Config> items, LayerContext context) {
    List<Long> begin = new ArrayList<>();
    List<Long> end = new ArrayList<>();
    List<Long> stride = new ArrayList<>();
    long beginMask = 0;
    long endMask = 0;
    long shrinkMask = 0;
    long ellipsisMask = 0;
    long newMask = 0;
    for (Config item : items) {
      long bit = 1L << begin.size();
      if (item instanceof Config.Whole at) {
        begin.add(at.value());
        end.add(at.value() + 1);
        stride.add(1L);
        shrinkMask |= bit;
      } else if (isSlice(item)) {
        Settings slice = new Settings(item.get("config").orElse(item));
        begin.add(slice.whole(0, "start"));
        end.add(slice.whole(0, "stop"));
        stride.add(slice.whole(1, "step"));
        beginMask |= slice.has("start") ? 0 : bit;
        endMask |= slice.has("stop") ? 0 : bit;
      } else if (item instanceof Config.Absent || isMarked(item, "__ellipsis__")) {
        begin.add(0L);
        end.add(0L);
        stride.add(1L);
        newMask |= item instanceof Config.Absent ? bit : 0;
        ellipsisMask |= item instanceof Config.Absent ? 0 : bit;
      } else {
        throw context.unsupported("is indexed by " + item + ", no whole number and no slice");
      }
    }
    Map<String, Attr> attrs = new HashMap<>();
    attrs.put("begin_mask", Attrs.of(beginMask));
    attrs.put("end_mask", Attrs.of(endMask));
    attrs.put("shrink_axis_mask", Attrs.of(shrinkMask));
    attrs.put("ellipsis_mask", Attrs.of(ellipsisMask));
    attrs.put("new_axis_mask", Attrs.of(newMask));
    return context.op(
        "StridedSlice",
        attrs,
        List.of(x, Attrs.vector(begin), Attrs.vector(end), Attrs.vector(stride)));
  }

  /** Keras 3 marks one; Keras 2 writes {@code {"start": .., "stop": .., "step": ..}}. */
  private static boolean isSlice(Config item) {
    return isMarked(item, "__slice__")
        || item instanceof Config.Fields fields
            && fields.values().keySet().equals(Set.of("start", "stop", "step"));
  }

  private static boolean isMarked(Config item, String mark) {
    return item.get("class_name").equals(Optional.of(new Config.Text(mark)));
  }
}

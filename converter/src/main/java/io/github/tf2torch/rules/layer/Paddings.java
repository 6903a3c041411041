package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ZeroPadding and Cropping in one to three dimensions. */
public final class Paddings implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "ZeroPadding1D",
        "ZeroPadding2D",
        "ZeroPadding3D",
        "Cropping1D",
        "Cropping2D",
        "Cropping3D");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    String name = layer.className();
    int spatial = name.charAt(name.length() - 2) - '0';
    DataFormat format = DataFormat.of(context, spatial);
    boolean isPadding = name.startsWith("Zero");
    List<Long> pads = pads(spatial, isPadding ? "padding" : "cropping", context);
    context.output(
        isPadding
            ? pad(context.input(), format, pads, context)
            : crop(context.input(), format, pads, context));
  }

  /** Before and after each spatial axis, from a number, one an axis, or two an axis. */
  private static List<Long> pads(int spatial, String setting, LayerContext context) {
    Config config = context.settings().get(setting).orElse(new Config.Whole(1));
    List<Config> each = Settings.items(config);
    List<Long> pads = new ArrayList<>();
    if (spatial == 1) {
      List<Long> both = Settings.wholes(config);
      pads.add(both.get(0));
      pads.add(both.get(both.size() - 1));
      return pads;
    }
    for (int i = 0; i < spatial; i++) {
      List<Long> both = Settings.wholes(each.get(each.size() == 1 ? 0 : i));
      pads.add(both.get(0));
      pads.add(both.get(both.size() - 1));
    }
    return pads;
  }

  /** Zeros before and after each spatial axis. */
  static Held pad(Held x, DataFormat format, List<Long> pads, LayerContext context) {
    List<Long> all = new ArrayList<>(List.of(0L, 0L));
    if (format.isChannelsFirst()) {
      all.addAll(List.of(0L, 0L));
    }
    all.addAll(pads);
    if (!format.isChannelsFirst()) {
      all.addAll(List.of(0L, 0L));
    }
    return (Held) context.op("Pad", Map.of(), List.of(x, Attrs.vector(all)));
  }

  private static Held crop(Held x, DataFormat format, List<Long> crops, LayerContext context) {
    List<Long> begin = new ArrayList<>();
    List<Long> end = new ArrayList<>();
    long endMask = 0;
    for (int axis = 0; axis < x.type().rank(); axis++) {
      int i = axis - format.firstSpatial();
      boolean isCropped = axis > 0 && i >= 0 && i < format.spatial();
      begin.add(isCropped ? crops.get(2 * i) : 0L);
      long after = isCropped ? crops.get(2 * i + 1) : 0;
      end.add(-after);
      endMask |= after == 0 ? 1L << axis : 0;
    }
    return (Held)
        context.op(
            "StridedSlice",
            Map.of(
                "begin_mask", Attrs.of(0),
                "end_mask", Attrs.of(endMask),
                "ellipsis_mask", Attrs.of(0),
                "new_axis_mask", Attrs.of(0),
                "shrink_axis_mask", Attrs.of(0)),
            List.of(
                x,
                Attrs.vector(begin),
                Attrs.vector(end),
                Attrs.vector(java.util.Collections.nCopies(begin.size(), 1L))));
  }
}

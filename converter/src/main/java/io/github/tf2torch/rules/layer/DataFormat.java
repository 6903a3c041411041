package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where an image's channels are in Keras's own order of axes.
 *
 * @param spatial the number of spatial axes
 */
record DataFormat(boolean isChannelsFirst, int spatial) {
  /** Keras 1 says {@code dim_ordering}: {@code th} or {@code tf}. */
  static DataFormat of(LayerContext context, int spatial) {
    Settings settings = context.settings();
    String format = settings.text("channels_last", "data_format", "dim_ordering");
    return switch (format) {
      case "channels_first", "th" -> new DataFormat(true, spatial);
      case "channels_last", "tf", "default" -> new DataFormat(false, spatial);
      default -> throw context.unsupported("has data_format \"" + format + "\"");
    };
  }

  /** What TensorFlow's ops call it. */
  Attr attr() {
    String axes = List.of("W", "HW", "DHW").get(spatial - 1);
    return Attrs.of(isChannelsFirst ? "NC" + axes : "N" + axes + "C");
  }

  Map.Entry<String, Attr> entry() {
    return Map.entry("data_format", attr());
  }

  int channelAxis() {
    return isChannelsFirst ? 1 : spatial + 1;
  }

  int firstSpatial() {
    return isChannelsFirst ? 2 : 1;
  }

  /** The spatial axes. */
  List<Long> axes() {
    List<Long> axes = new ArrayList<>();
    for (int i = 0; i < spatial; i++) {
      axes.add((long) firstSpatial() + i);
    }
    return axes;
  }

  /** A number for each axis: those of the spatial axes, and {@code other} for the rest. */
  List<Long> all(List<Long> ofSpatial, long other) {
    List<Long> all = new ArrayList<>(List.of(other));
    if (isChannelsFirst) {
      all.add(other);
    }
    all.addAll(ofSpatial);
    if (!isChannelsFirst) {
      all.add(other);
    }
    return all;
  }

  Attr spread(List<Long> ofSpatial) {
    return Attrs.of(all(ofSpatial, 1));
  }
}

package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Resizing and CenterCrop, {@code keras/src/layers/preprocessing/image_preprocessing}. */
public final class Images implements LayerRule {
  private static final Map<String, String> KERNELS =
      Map.of("bilinear", "triangle", "bicubic", "keyscubic");

  @Override
  public Set<String> layers() {
    return Set.of("Resizing", "CenterCrop");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    if (x.type().rank() != 4 || !x.type().dtype().isFloating()) {
      throw context.unsupported("takes no batch of images in floats");
    }
    Settings settings = context.settings();
    DataFormat format = DataFormat.of(context, 2);
    List<Long> size = List.of(settings.whole(1, "height"), settings.whole(1, "width"));
    if (layer.className().equals("CenterCrop")) {
      context.output(centred(x, format, size, context));
      return;
    }
    Value framed = x;
    if (settings.flag(false, "crop_to_aspect_ratio")) {
      framed = cut(x, format, aspect(x, format, size, false, context), context);
    } else if (settings.flag(false, "pad_to_aspect_ratio")) {
      framed = filled(x, format, aspect(x, format, size, true, context), context);
    }
    String kind = settings.text("bilinear", "interpolation");
    boolean isSmooth = settings.flag(false, "antialias");
    context.output(resized((Held) framed, format, size, kind, isSmooth, context));
  }

  /** {@code tf.image.resize}. */
  static Value resized(
      Held x,
      DataFormat format,
      List<Long> size,
      String kind,
      boolean isSmooth,
      LayerContext context) {
    if (extents(x, format).equals(size)) {
      return x;
    }
    Value last = format.isChannelsFirst() ? turned(x, List.of(0L, 2L, 3L, 1L), context) : x;
    Value sizes = Attrs.vector(size);
    Map<String, Attr> centres =
        Map.of("align_corners", Attrs.of(false), "half_pixel_centers", Attrs.of(true));
    boolean isSampled = kind.startsWith("lanczos") || isSmooth && !kind.equals("nearest");
    Value y;
    if (isSampled) {
      Map<String, Attr> attrs =
          Map.of(
              "kernel_type",
              Attrs.of(KERNELS.getOrDefault(kind, kind)),
              "antialias",
              Attrs.of(isSmooth));
      y = context.op("ScaleAndTranslate", attrs, List.of(last, sizes));
    } else {
      String op =
          switch (kind) {
            case "nearest" -> "ResizeNearestNeighbor";
            case "bilinear" -> "ResizeBilinear";
            case "bicubic" -> "ResizeBicubic";
            default -> throw context.unsupported("has interpolation \"" + kind + "\"");
          };
      y = context.op(op, centres, List.of(last, sizes));
    }
    return format.isChannelsFirst() ? turned(y, List.of(0L, 3L, 1L, 2L), context) : y;
  }

  private static Value turned(Value x, List<Long> order, LayerContext context) {
    return context.op("Transpose", Map.of(), List.of(x, Attrs.vector(order)));
  }

  private static List<Long> extents(Held x, DataFormat format) {
    int first = format.firstSpatial();
    return x.type().dims().extents().subList(first, first + 2);
  }

  /** The part of an image, or the frame around it, that has the aspect ratio of a size. */
  private static List<Long> aspect(
      Held x, DataFormat format, List<Long> size, boolean isAround, LayerContext context) {
    List<Long> own = extents(x, format);
    if (own.contains(-1L)) {
      throw context.unsupported("keeps the aspect ratio of images of unknown size");
    }
    long height = (long) (own.get(1) * size.get(0) / (float) size.get(1));
    long width = (long) (own.get(0) * size.get(1) / (float) size.get(0));
    return isAround
        ? List.of(Math.max(own.get(0), height), Math.max(own.get(1), width))
        : List.of(
            Math.max(1, Math.min(own.get(0), height)), Math.max(1, Math.min(own.get(1), width)));
  }

  private static Value cut(Held x, DataFormat format, List<Long> size, LayerContext context) {
    List<Long> own = extents(x, format);
    List<Long> begin = List.of((own.get(0) - size.get(0)) / 2, (own.get(1) - size.get(1)) / 2);
    List<Long> end = List.of(begin.get(0) + size.get(0), begin.get(1) + size.get(1));
    long others = format.isChannelsFirst() ? 0b0011 : 0b1001;
    return context.op(
        "StridedSlice",
        Map.of(
            "begin_mask", Attrs.of(others),
            "end_mask", Attrs.of(others),
            "ellipsis_mask", Attrs.of(0),
            "new_axis_mask", Attrs.of(0),
            "shrink_axis_mask", Attrs.of(0)),
        List.of(
            x,
            Attrs.vector(format.all(begin, 0)),
            Attrs.vector(format.all(end, 0)),
            Attrs.vector(Collections.nCopies(4, 1L))));
  }

  private static Value filled(Held x, DataFormat format, List<Long> size, LayerContext context) {
    List<Long> own = extents(x, format);
    List<Long> pads = new ArrayList<>();
    for (long pad :
        format.all(List.of((size.get(0) - own.get(0)) / 2, (size.get(1) - own.get(1)) / 2), 0)) {
      pads.add(pad);
      pads.add(pad);
    }
    Value value = Attrs.number(context.settings().number(0, "fill_value"));
    return context.op("PadV2", Map.of(), List.of(x, Attrs.vector(pads), value));
  }

  /** A smaller image is cut to the aspect ratio and resized. */
  private static Value centred(Held x, DataFormat format, List<Long> size, LayerContext context) {
    List<Long> own = extents(x, format);
    if (own.contains(-1L)) {
      throw context.unsupported("crops images of unknown size");
    }
    if (own.get(0) >= size.get(0) && own.get(1) >= size.get(1)) {
      return cut(x, format, size, context);
    }
    Value part = cut(x, format, aspect(x, format, size, false, context), context);
    return resized((Held) part, format, size, "bilinear", false, context);
  }
}

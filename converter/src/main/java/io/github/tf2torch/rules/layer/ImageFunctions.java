package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Functions of {@code keras.ops} on images: {@code nn.py} and {@code image.py}. */
public final class ImageFunctions implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "DepthToSpace",
        "SpaceToDepth",
        "MaxPool",
        "AveragePool",
        "Resize",
        "PadImages",
        "CropImages",
        "ExtractPatches",
        "RGBToGrayscale");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Operations.requireFunction(context);
    Held x = context.input();
    Settings settings = context.settings();
    String name = layer.className();
    int rank = x.type().rank();
    boolean isPool = name.equals("MaxPool") || name.equals("AveragePool");
    if (!x.type().dtype().isFloating() || (isPool ? rank < 3 : rank != 4)) {
      throw context.unsupported("takes no batch of images in floats");
    }
    DataFormat format = DataFormat.of(context, rank - 2);
    context.output(
        switch (name) {
          case "MaxPool", "AveragePool" ->
              Poolings.windowed(name.equals("MaxPool") ? "MaxPool" : "AvgPool", format, context);
          case "Resize" -> resized(x, format, context);
          case "PadImages" -> padded(x, last(format, context), context);
          case "CropImages" -> cropped(x, last(format, context), context);
          case "RGBToGrayscale" -> grey(x, format, context);
          case "ExtractPatches" -> patches(x, last(format, context), context);
          default ->
              context.op(
                  name,
                  Map.of(
                      "block_size",
                      Attrs.of(settings.whole(1, "block_size")),
                      "data_format",
                      Attrs.of(format.isChannelsFirst() ? "NCHW" : "NHWC")),
                  List.of(x));
        });
  }

  private static Settings last(DataFormat format, LayerContext context) {
    if (format.isChannelsFirst()) {
      throw context.unsupported("takes images whose channels come first");
    }
    return context.settings();
  }

  private static Value resized(Held x, DataFormat format, LayerContext context) {
    Settings settings = context.settings();
    for (String flag : List.of("crop_to_aspect_ratio", "pad_to_aspect_ratio")) {
      if (settings.flag(false, flag)) {
        throw context.unsupported("has " + flag);
      }
    }
    return Images.resized(
        x,
        format,
        settings.wholes(2, 1, "size"),
        settings.text("bilinear", "interpolation"),
        settings.flag(false, "antialias"),
        context);
  }

  private static Value padded(Held x, Settings settings, LayerContext context) {
    List<Long> edges = edges("padding", settings, context);
    return context.op(
        "Pad",
        Map.of(),
        List.of(
            x,
            Attrs.matrix(
                List.of(0L, 0L, edges.get(0), edges.get(1), edges.get(2), edges.get(3), 0L, 0L),
                2)));
  }

  private static Value cropped(Held x, Settings settings, LayerContext context) {
    List<Long> edges = edges("cropping", settings, context);
    long high = extent(x, 1, context) - edges.get(0) - edges.get(1);
    long wide = extent(x, 2, context) - edges.get(2) - edges.get(3);
    return context.op(
        "Slice",
        Map.of(),
        List.of(
            x,
            Attrs.vector(List.of(0L, edges.get(0), edges.get(2), 0L)),
            Attrs.vector(List.of(-1L, high, wide, -1L))));
  }

  /** Top, bottom, left and right. */
  private static List<Long> edges(String what, Settings settings, LayerContext context) {
    if (settings.has("target_height", "target_width")) {
      throw context.unsupported("names the target's extents");
    }
    List<String> sides = List.of("top_", "bottom_", "left_", "right_");
    return sides.stream().map(side -> settings.whole(0, side + what)).toList();
  }

  private static long extent(Held x, int axis, LayerContext context) {
    long extent = x.type().dims().extent(axis);
    if (extent < 0) {
      throw context.unsupported("takes images of unknown size");
    }
    return extent;
  }

  /** {@code keras/src/backend/tensorflow/image.py}: a weighted sum of red, green and blue. */
  private static Value grey(Held x, DataFormat format, LayerContext context) {
    int axis = format.channelAxis();
    if (x.type().dims().extent(axis) != 3) {
      throw context.unsupported("takes images without three channels");
    }
    TensorValue weights =
        TensorValue.ofDoubles(DType.FLOAT32, Shape.of(3), 0.2989f, 0.587f, 0.114f);
    Value along = Attrs.weight(new TensorExpr.Constant("weights", weights));
    GraphOps ops = new GraphOps(context);
    if (format.isChannelsFirst()) {
      along = ops.reshape(along, 3L, 1L, 1L);
    }
    return ops.reduce("Sum", ops.mul(x, along), List.of((long) axis), true);
  }

  /** Windows side by side: each becomes the channels of one place, row by row. */
  private static Value patches(Held x, Settings settings, LayerContext context) {
    List<Long> size = settings.wholes(2, 1, "size");
    List<Long> strides = settings.has("strides") ? settings.wholes(2, 1, "strides") : size;
    long height = extent(x, 1, context);
    long width = extent(x, 2, context);
    long channels = extent(x, 3, context);
    boolean isGrid =
        strides.equals(size)
            && settings.wholes(2, 1, "dilation_rate").equals(List.of(1L, 1L))
            && height % size.get(0) == 0
            && width % size.get(1) == 0;
    if (!isGrid) {
      throw context.unsupported("takes patches that do not lie side by side and fill the image");
    }
    long rows = height / size.get(0);
    long columns = width / size.get(1);
    Map<String, Attr> none = Map.of();
    Value cells =
        context.op(
            "Reshape",
            none,
            List.of(
                x, Attrs.vector(List.of(-1L, rows, size.get(0), columns, size.get(1), channels))));
    Value turned =
        context.op(
            "Transpose", none, List.of(cells, Attrs.vector(List.of(0L, 1L, 3L, 2L, 4L, 5L))));
    long depth = size.get(0) * size.get(1) * channels;
    return context.op(
        "Reshape", none, List.of(turned, Attrs.vector(List.of(-1L, rows, columns, depth))));
  }
}

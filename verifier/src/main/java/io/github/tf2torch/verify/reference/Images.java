package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Map;

/** {@code keras/src/layers/preprocessing/image_preprocessing}: images of another size. */
final class Images {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "Resizing", LayerReference.of(Images::resized),
          "CenterCrop", LayerReference.of(Images::centered));

  private Images() {}

  private static SymbolicTensor resized(LayerCall call) {
    Settings settings = call.settings();
    long height = settings.whole(1, "height");
    long width = settings.whole(1, "width");
    String kind = settings.text("bilinear", "interpolation");
    boolean isSmooth = settings.flag(false, "antialias");
    if (!call.input().dtype().isFloating()) {
      throw call.missing("of whole numbers");
    }
    return Windows.channelsLast(
        call,
        call.input(),
        x -> {
          SymbolicTensor framed =
              settings.flag(false, "crop_to_aspect_ratio")
                  ? cut(call.ops(), x, height, width)
                  : settings.flag(false, "pad_to_aspect_ratio")
                      ? filled(call, x, height, width)
                      : x;
          return resized(call, framed, height, width, kind, isSmooth);
        });
  }

  /** {@code tf.image.resize}. */
  static SymbolicTensor resized(
      LayerCall call, SymbolicTensor x, long height, long width, String kind, boolean isSmooth) {
    if (x.extent(1) == height && x.extent(2) == width) {
      return x;
    }
    Ops ops = call.ops();
    SymbolicTensor size = ops.ints(height, width);
    boolean isSampled = kind.startsWith("lanczos") || isSmooth && !kind.equals("nearest");
    if (isSampled) {
      SymbolicTensor scale = pair(ops, height / (float) x.extent(1), width / (float) x.extent(2));
      Map<String, String> kernels = Map.of("bilinear", "triangle", "bicubic", "keyscubic");
      return ops.one(
          "ScaleAndTranslate",
          Map.of(
              "kernel_type", new Attr.Text(kernels.getOrDefault(kind, kind)),
              "antialias", new Attr.Bool(isSmooth)),
          x,
          size,
          scale,
          pair(ops, 0, 0));
    }
    String op =
        switch (kind) {
          case "nearest" -> "ResizeNearestNeighbor";
          case "bilinear" -> "ResizeBilinear";
          case "bicubic" -> "ResizeBicubic";
          default -> throw call.missing("with interpolation " + kind);
        };
    return ops.one(op, Map.of("half_pixel_centers", new Attr.Bool(true)), x, size);
  }

  private static SymbolicTensor pair(Ops ops, double first, double second) {
    return ops.constant(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(2), first, second));
  }

  /** {@code crop_to_aspect_ratio} of {@code backend/tensorflow/image.py}. */
  private static SymbolicTensor cut(Ops ops, SymbolicTensor x, long height, long width) {
    long rows = Math.max(1, Math.min(x.extent(1), (long) (x.extent(2) * height / (float) width)));
    long columns =
        Math.max(1, Math.min(x.extent(2), (long) (x.extent(1) * width / (float) height)));
    SymbolicTensor y = ops.slice(x, 1, (x.extent(1) - rows) / 2, rows);
    return ops.slice(y, 2, (x.extent(2) - columns) / 2, columns);
  }

  /** {@code pad_to_aspect_ratio}: as much on both sides. */
  private static SymbolicTensor filled(LayerCall call, SymbolicTensor x, long height, long width) {
    long rows = Math.max(x.extent(1), (long) (x.extent(2) * height / (float) width));
    long columns = Math.max(x.extent(2), (long) (x.extent(1) * width / (float) height));
    long above = (rows - x.extent(1)) / 2;
    long left = (columns - x.extent(2)) / 2;
    Ops ops = call.ops();
    SymbolicTensor value = ops.number(call.settings().number(0, "fill_value"), x);
    return ops.one(
        "PadV2",
        x,
        ops.pairs(
            List.of(
                new long[] {0, 0},
                new long[] {above, above},
                new long[] {left, left},
                new long[] {0, 0})),
        value);
  }

  /** A smaller image is cut to the crop's aspect ratio, and resized. */
  private static SymbolicTensor centered(LayerCall call) {
    Ops ops = call.ops();
    long height = call.settings().whole(1, "height");
    long width = call.settings().whole(1, "width");
    return Windows.channelsLast(
        call,
        Preprocessings.floating(call),
        x -> {
          if (x.extent(1) < height || x.extent(2) < width) {
            return resized(call, cut(ops, x, height, width), height, width, "bilinear", false);
          }
          SymbolicTensor rows = ops.slice(x, 1, (x.extent(1) - height) / 2, height);
          return ops.slice(rows, 2, (x.extent(2) - width) / 2, width);
        });
  }
}

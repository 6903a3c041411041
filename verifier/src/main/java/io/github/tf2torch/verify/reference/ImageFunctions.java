package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Functions on images. */
final class ImageFunctions extends FunctionCall {
  ImageFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    SymbolicTensor y =
        switch (name) {
          case "depth_to_space", "space_to_depth" -> blocks(name.equals("depth_to_space"));
          case "max_pool" -> Poolings.pooled(call, "Max", x.rank() - 2);
          case "average_pool" -> Poolings.pooled(call, "Avg", x.rank() - 2);
          case "resize" -> resized();
          case "pad_images" ->
              ops.pad(
                  x,
                  List.of(
                      none(),
                      edges("pad", "top", "bottom"),
                      edges("pad", "left", "right"),
                      none()));
          case "crop_images" -> cropped();
          case "extract_patches" -> patches();
          case "rgbto_grayscale" -> grey();
          default -> null;
        };
    return Optional.ofNullable(y).map(List::of);
  }

  private static long[] none() {
    return new long[] {0, 0};
  }

  private long[] edges(String verb, String first, String second) {
    String end = verb.equals("pad") ? "_padding" : "_cropping";
    return new long[] {settings.whole(0, first + end), settings.whole(0, second + end)};
  }

  private SymbolicTensor cropped() {
    long[] rows = edges("crop", "top", "bottom");
    long[] columns = edges("crop", "left", "right");
    SymbolicTensor high = ops.slice(x, 1, rows[0], x.extent(1) - rows[0] - rows[1]);
    return ops.slice(high, 2, columns[0], x.extent(2) - columns[0] - columns[1]);
  }

  /** Side by side; TensorFlow's own ExtractImagePatches has no gradient in its registry. */
  private SymbolicTensor patches() {
    List<Long> size = settings.wholes(2, 1, "size");
    boolean isGrid =
        settings.wholes(2, size.get(0), "strides").equals(size)
            && x.extent(1) % size.get(0) == 0
            && x.extent(2) % size.get(1) == 0
            && settings.whole(1, "dilation_rate") == 1;
    if (!isGrid) {
      throw call.missing("whose patches overlap or leave a rest");
    }
    long rows = x.extent(1) / size.get(0);
    long columns = x.extent(2) / size.get(1);
    SymbolicTensor strips =
        ops.reshape(x, x.extent(0), rows, size.get(0), columns, size.get(1) * x.extent(3));
    SymbolicTensor turned = ops.transpose(strips, 0, 1, 3, 2, 4);
    return ops.reshape(turned, x.extent(0), rows, columns, size.get(0) * size.get(1) * x.extent(3));
  }

  private SymbolicTensor resized() {
    List<Long> size = settings.wholes(2, 1, "size");
    return Images.resized(
        call,
        x,
        size.get(0),
        size.get(1),
        settings.text("bilinear", "interpolation"),
        settings.flag(false, "antialias"));
  }

  private SymbolicTensor blocks(boolean isToSpace) {
    return ops.one(
        isToSpace ? "DepthToSpace" : "SpaceToDepth",
        Map.of(
            "block_size", new Attr.Int(settings.whole(1, "block_size")),
            "data_format", new Attr.Text("NHWC")),
        x);
  }

  private SymbolicTensor grey() {
    double[] weights = {0.2989, 0.587, 0.114};
    int axis = Windows.isChannelsFirst(call) ? 1 : x.rank() - 1;
    SymbolicTensor sum = ops.mul(ops.slice(x, axis, 0, 1), weights[0]);
    for (int i = 1; i < 3; i++) {
      sum = ops.add(sum, ops.mul(ops.slice(x, axis, i, 1), weights[i]));
    }
    return sum;
  }
}

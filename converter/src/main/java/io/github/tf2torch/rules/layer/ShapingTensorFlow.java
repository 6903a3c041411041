package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.rules.layer.ActivatingTensorFlow.Row;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** TensorFlow's functions that move elements: shapes, joints, choices, images. */
final class ShapingTensorFlow {
  static final Map<String, Row> TABLE = table();

  private ShapingTensorFlow() {}

  private static Map<String, Row> table() {
    Map<String, Row> all = new HashMap<>();
    put(all, "reshape", c -> c.one("Reshape", Map.of(), c.x(), c.extents("shape")), "shape");
    put(
        all,
        "broadcast_to",
        c -> c.one("BroadcastTo", Map.of(), c.x(), c.extents("shape")),
        "shape");
    put(all, "tile", c -> c.one("Tile", Map.of(), c.x(), c.extents("multiples")), "multiples");
    put(all, "reverse", c -> c.one("ReverseV2", Map.of(), c.x(), c.extents("axis")), "axis");
    put(all, "concat", c -> c.ops().concat(c.all(), c.whole("axis", 0)), "axis");
    put(all, "stack", ShapingTensorFlow::stacked, "axis");
    put(all, "gather", ShapingTensorFlow::gathered, "indices", "axis");
    put(all, "compat.v1.gather", ShapingTensorFlow::gathered, "indices", "axis");
    put(all, "cast", ShapingTensorFlow::cast, "dtype");
    put(all, "pad", ShapingTensorFlow::padded, "paddings", "mode", "constant_values");
    put(all, "compat.v1.pad", ShapingTensorFlow::padded, "paddings", "mode", "constant_values");
    put(all, "where", ShapingTensorFlow::chosen, "x", "y");
    put(all, "image.resize", ShapingTensorFlow::resized, "size", "method", "antialias");
    put(all, "nn.depth_to_space", c -> blocks("DepthToSpace", c), "block_size", "data_format");
    put(all, "nn.space_to_depth", c -> blocks("SpaceToDepth", c), "block_size", "data_format");
    put(
        all,
        "compat.v1.depth_to_space",
        c -> blocks("DepthToSpace", c),
        "block_size",
        "data_format");
    return Map.copyOf(all);
  }

  private static void put(
      Map<String, Row> all,
      String name,
      Function<TensorFlowCall, Value> result,
      String... arguments) {
    all.put(name, new Row(Set.of(arguments), result));
  }

  private static Value stacked(TensorFlowCall call) {
    Map<String, Attr> attrs = Map.of("axis", Attrs.of(call.whole("axis", 0)));
    return call.context().op("Pack", attrs, call.all());
  }

  private static Value gathered(TensorFlowCall call) {
    List<Held> tensors = call.context().tensors("indices");
    Value indices =
        tensors.isEmpty()
            ? StoredTensor.of(
                call.arguments()
                    .get("indices")
                    .orElseThrow(() -> call.context().unsupported("is called without indices")),
                DType.INT32,
                call.context())
            : call.context().known(tensors.get(0));
    return call.one("GatherV2", Map.of(), call.x(), indices, Attrs.scalar(call.axis(0)));
  }

  private static Value cast(TensorFlowCall call) {
    String name = call.arguments().text("?", "dtype");
    DType dtype =
        DType.ofTorch(name)
            .filter(d -> Set.of(DType.FLOAT32, DType.INT32, DType.INT64, DType.BOOL).contains(d))
            .orElseThrow(() -> call.context().unsupported("casts to " + name));
    return call.one("Cast", Map.of("DstT", new Attr.Type(dtype)), call.x());
  }

  private static Value padded(TensorFlowCall call) {
    List<Long> pads = new ArrayList<>();
    Config stored =
        call.arguments()
            .get("paddings")
            .orElseThrow(() -> call.context().unsupported("is called without paddings"));
    Settings.items(stored).forEach(both -> pads.addAll(Settings.wholes(both)));
    Value all = Attrs.matrix(pads, 2);
    String mode = call.arguments().text("CONSTANT", "mode").toUpperCase(java.util.Locale.ROOT);
    if (!mode.equals("CONSTANT")) {
      return call.one("MirrorPad", Map.of("mode", Attrs.of(mode)), call.x(), all);
    }
    float value = call.arguments().number(0, "constant_values");
    return value == 0
        ? call.one("Pad", Map.of(), call.x(), all)
        : call.one("PadV2", Map.of(), call.x(), all, Attrs.number(value));
  }

  /** {@code tf.where(condition, x, y)}; a number has the type of the tensor beside it. */
  private static Value chosen(TensorFlowCall call) {
    List<Held> x = call.context().tensors("x");
    List<Held> y = call.context().tensors("y");
    if (x.size() + y.size() == 0) {
      throw call.context().unsupported("chooses between two numbers, or says where without any");
    }
    DType dtype = (x.isEmpty() ? y : x).get(0).type().dtype();
    return call.one(
        "SelectV2", Map.of(), call.tensor(), side("x", x, dtype, call), side("y", y, dtype, call));
  }

  private static Value side(String name, List<Held> tensors, DType dtype, TensorFlowCall call) {
    if (!tensors.isEmpty()) {
      return tensors.get(0);
    }
    return StoredTensor.of(
        call.arguments()
            .get(name)
            .orElseThrow(() -> call.context().unsupported("is called without " + name)),
        dtype,
        call.context());
  }

  private static Value resized(TensorFlowCall call) {
    if (call.arguments().flag(false, "antialias")) {
      throw call.context().unsupported("resizes with antialias");
    }
    String method = call.arguments().text("bilinear", "method");
    String op =
        switch (method) {
          case "bilinear" -> "ResizeBilinear";
          case "nearest" -> "ResizeNearestNeighbor";
          default -> throw call.context().unsupported("resizes by method \"" + method + "\"");
        };
    Map<String, Attr> attrs =
        Map.of("align_corners", Attrs.of(false), "half_pixel_centers", Attrs.of(true));
    return call.one(op, attrs, call.x(), call.extents("size"));
  }

  private static Value blocks(String op, TensorFlowCall call) {
    Map<String, Attr> attrs =
        Map.of(
            "block_size", Attrs.of(call.whole("block_size", 1)),
            "data_format", Attrs.of(call.arguments().text("NHWC", "data_format")));
    return call.one(op, attrs, call.x());
  }

  /** Equal parts by their number, others by their sizes. */
  static List<Value> split(TensorFlowCall call) {
    Config stored =
        call.arguments()
            .get("num_or_size_splits")
            .orElseThrow(() -> call.context().unsupported("is called without num_or_size_splits"));
    Value axis = Attrs.scalar(call.axis(0));
    if (stored instanceof Config.Items) {
      List<Long> sizes = Settings.wholes(stored);
      return call.context()
          .op(
              "SplitV",
              Map.of("num_split", Attrs.of(sizes.size())),
              List.of(call.x(), Attrs.vector(sizes), axis),
              sizes.size());
    }
    int count = Math.toIntExact(Settings.whole(stored));
    return call.context()
        .op("Split", Map.of("num_split", Attrs.of(count)), List.of(axis, call.x()), count);
  }

  static List<Value> unstacked(TensorFlowCall call) {
    int axis = call.axis(0);
    long count = call.tensor().type().dims().extent(axis);
    if (count < 0) {
      throw call.context().unsupported("takes apart an axis whose extent is not known");
    }
    Map<String, Attr> attrs = Map.of("axis", Attrs.of(axis), "num", Attrs.of(count));
    return call.context().op("Unpack", attrs, List.of(call.x()), Math.toIntExact(count));
  }
}

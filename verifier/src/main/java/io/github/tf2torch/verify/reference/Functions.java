package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Functions of {@code keras.ops} that are no arithmetic: statistics, and what moves elements. */
final class Functions {
  static final Set<String> NAMES =
      Set.of(
          "var",
          "std",
          "moments",
          "logsumexp",
          "argmax",
          "argmin",
          "norm",
          "normalize",
          "count_nonzero",
          "cumsum",
          "cumprod",
          "top_k",
          "where",
          "one_hot",
          "einsum",
          "vstack",
          "hstack",
          "split",
          "unstack",
          "swapaxes",
          "moveaxis",
          "flip",
          "roll",
          "tile",
          "repeat",
          "broadcast_to",
          "ravel",
          "pad",
          "slice",
          "take",
          "glu",
          "log_softmax",
          "sparse_plus",
          "hard_shrink",
          "soft_shrink",
          "threshold",
          "tril",
          "triu",
          "depth_to_space",
          "space_to_depth",
          "max_pool",
          "average_pool",
          "resize",
          "pad_images",
          "crop_images",
          "extract_patches");

  private final LayerCall call;
  private final Ops ops;
  private final Settings settings;
  private final SymbolicTensor x;

  Functions(LayerCall call, Settings settings) {
    this.call = call;
    this.ops = call.ops();
    this.settings = settings;
    this.x = call.input();
  }

  List<SymbolicTensor> outputs(String name) {
    return switch (name) {
      case "moments" ->
          List.of(ops.reduce("Mean", x, axes("axes"), keeps()), variance(axes("axes"), keeps()));
      case "top_k" -> largest();
      case "split" -> split();
      case "unstack" ->
          IntStream.range(0, (int) x.extent(axis())).mapToObj(i -> ops.at(x, axis(), i)).toList();
      default -> List.of(output(name));
    };
  }

  private SymbolicTensor output(String name) {
    return switch (name) {
      case "var" -> variance(axes("axis"), keeps());
      case "std" -> ops.one("Sqrt", variance(axes("axis"), keeps()));
      case "logsumexp" ->
          ops.one("Log", ops.reduce("Sum", ops.one("Exp", x), axes("axis"), keeps()));
      case "argmax", "argmin" -> place(name.equals("argmax") ? "ArgMax" : "ArgMin");
      case "norm" -> norm(settings.whole(2, "ord"), keeps());
      case "normalize" -> ops.div(x, norm(settings.whole(2, "order"), true));
      case "count_nonzero" -> ops.reduce("Sum", ops.cast(x, DType.INT32), axes("axis"), false);
      case "cumprod" -> products();
      case "cumsum" ->
          ops.one(
              "Cumsum",
              Map.of("exclusive", new Attr.Bool(false), "reverse", new Attr.Bool(false)),
              x,
              ops.scalar(axis()));
      case "where" -> ops.where(x, operand(1), operand(2));
      case "one_hot" -> hot();
      case "einsum" ->
          ops.einsum(settings.text("", "subscripts"), call.inputs().toArray(SymbolicTensor[]::new));
      case "vstack" -> ops.concat(call.inputs(), 0);
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
      case "glu" -> {
        List<SymbolicTensor> halves = ops.split(x, 2, axis());
        yield ops.mul(halves.get(0), ops.one("Sigmoid", halves.get(1)));
      }
      case "log_softmax" -> logSoftmax();
      case "sparse_plus" -> sparsePlus();
      case "hard_shrink" ->
          ops.where(
              ops.greater(ops.one("Abs", x), settings.number(0.5, "threshold")),
              x,
              ops.one("ZerosLike", x));
      case "soft_shrink" -> softened(settings.number(0.5, "threshold"));
      case "threshold" ->
          ops.where(
              ops.greater(x, settings.number(0, "threshold")),
              x,
              ops.number(settings.number(0, "default_value"), x));
      case "tril", "triu" -> triangle(name.equals("tril"), settings.whole(0, "k"));
      case "depth_to_space", "space_to_depth" -> blocks(name.equals("depth_to_space"));
      case "max_pool" -> Poolings.pooled(call, "Max", x.rank() - 2);
      case "average_pool" -> Poolings.pooled(call, "Avg", x.rank() - 2);
      case "resize" -> resized();
      case "pad_images" ->
          ops.pad(
              x,
              List.of(
                  none(), edges("pad", "top", "bottom"), edges("pad", "left", "right"), none()));
      case "crop_images" -> cropped();
      case "extract_patches" -> patches();
      default -> throw call.missing("as a function");
    };
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

  /** {@code 0} up to -1, a parabola up to 1, then {@code x}. */
  private SymbolicTensor sparsePlus() {
    SymbolicTensor parabola = ops.mul(ops.one("Square", ops.add(x, 1)), 0.25);
    SymbolicTensor upper = ops.where(ops.one("GreaterEqual", x, ops.number(1, x)), x, parabola);
    return ops.where(ops.one("LessEqual", x, ops.number(-1, x)), ops.one("ZerosLike", x), upper);
  }

  private SymbolicTensor logSoftmax() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    Collections.swap(order, axis(), x.rank() - 1);
    return ops.transpose(ops.one("LogSoftmax", ops.transpose(x, order)), order);
  }

  private SymbolicTensor softened(double threshold) {
    SymbolicTensor size = ops.one("Relu", ops.add(ops.one("Abs", x), -threshold));
    return ops.mul(ops.one("Sign", x), size);
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

  private boolean keeps() {
    return settings.flag(false, "keepdims");
  }

  private int positive(long axis) {
    return (int) (axis < 0 ? axis + x.rank() : axis);
  }

  private int axis() {
    return positive(settings.whole(-1, "axis"));
  }

  private List<Integer> axes(String name) {
    return settings
        .get(name)
        .map(a -> Settings.wholesOf(a).stream().map(this::positive).toList())
        .orElseGet(() -> IntStream.range(0, x.rank()).boxed().toList());
  }

  private List<Long> wholes(String name) {
    return Settings.wholesOf(settings.get(name).orElseThrow(() -> call.missing("without " + name)));
  }

  private SymbolicTensor operand(int index) {
    LayerCall.Operand operand = call.arguments().positional().get(index);
    SymbolicTensor like = call.inputs().get(call.inputs().size() - 1);
    return operand.tensor().orElseGet(() -> ops.number(Settings.numberOf(operand.stored()), like));
  }

  private SymbolicTensor variance(List<Integer> axes, boolean keepDims) {
    SymbolicTensor squares = ops.one("SquaredDifference", x, ops.mean(x, axes));
    return ops.reduce("Mean", squares, axes, keepDims);
  }

  private SymbolicTensor place(String op) {
    SymbolicTensor place =
        ops.one(op, Map.of("output_type", new Attr.Type(DType.INT32)), x, ops.scalar(axis()));
    return keeps() ? ops.expand(place, axis()) : place;
  }

  private SymbolicTensor norm(long order, boolean keepDims) {
    return switch ((int) order) {
      case 1 -> ops.reduce("Sum", ops.one("Abs", x), List.of(axis()), keepDims);
      case 2 -> ops.one("Sqrt", ops.reduce("Sum", ops.one("Square", x), List.of(axis()), keepDims));
      default -> throw call.missing("of order " + order);
    };
  }

  private SymbolicTensor hot() {
    DType dtype = DType.ofTorch(settings.text("float32", "dtype")).orElseThrow();
    SymbolicTensor like = ops.cast(x, dtype);
    return ops.one(
        "OneHot",
        Map.of("axis", new Attr.Int(settings.whole(-1, "axis"))),
        x,
        ops.scalar(settings.whole(1, "num_classes")),
        ops.number(1, like),
        ops.number(0, like));
  }

  private List<SymbolicTensor> split() {
    List<Long> where = wholes("indices_or_sections");
    boolean isCount =
        settings.get("indices_or_sections").filter(c -> c instanceof Config.Whole).isPresent();
    if (isCount) {
      return ops.split(x, where.get(0).intValue(), axis());
    }
    List<Long> bounds = new ArrayList<>(where);
    bounds.add(0, 0L);
    bounds.add(x.extent(axis()));
    return IntStream.range(1, bounds.size())
        .mapToObj(i -> ops.slice(x, axis(), bounds.get(i - 1), bounds.get(i) - bounds.get(i - 1)))
        .toList();
  }

  /** The places by TensorFlow's op, and what stands there by a product, which has a gradient. */
  private List<SymbolicTensor> largest() {
    SymbolicTensor places =
        ops.all(
                "TopKV2",
                Map.of("sorted", new Attr.Bool(true)),
                List.of(x, ops.scalar(settings.whole(1, "k"))))
            .get(1);
    SymbolicTensor hot =
        ops.one(
            "OneHot",
            Map.of("axis", new Attr.Int(-1)),
            places,
            ops.scalar(x.extent(-1)),
            ops.number(1, x),
            ops.number(0, x));
    SymbolicTensor chosen = ops.mul(hot, ops.expand(x, x.rank() - 1));
    return List.of(ops.reduce("Sum", chosen, List.of(x.rank()), false), places);
  }

  /** By its definition: TensorFlow's own has no gradient in its C++ registry. */
  private SymbolicTensor products() {
    List<SymbolicTensor> all = new ArrayList<>();
    for (int i = 0; i < x.extent(axis()); i++) {
      SymbolicTensor factor = ops.slice(x, axis(), i, 1);
      all.add(i == 0 ? factor : ops.mul(all.get(i - 1), factor));
    }
    return ops.concat(all, axis());
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
    Config places = call.arguments().positional().get(1).stored();
    List<Long> wanted =
        Settings.wholesOf(places).stream().map(i -> i < 0 ? i + x.extent(axis()) : i).toList();
    SymbolicTensor taken = ops.gather(x, ops.ints(wanted), axis());
    return places instanceof Config.Whole ? ops.squeeze(taken, axis()) : taken;
  }
}

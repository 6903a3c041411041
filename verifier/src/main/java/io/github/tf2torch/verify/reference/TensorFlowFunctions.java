package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code tf.*} among the layers of Keras 2.4 to 2.15, by the ops that TensorFlow's own Python makes
 * of a call ({@code tensorflow/python/ops}).
 */
final class TensorFlowFunctions {
  /** Functions whose op is not called as they are; all are looked for by their last name. */
  private static final Map<String, String> OPS =
      Map.ofEntries(
          Map.entry("shape", "Shape"),
          Map.entry("negative", "Neg"),
          Map.entry("identity", "Identity"),
          Map.entry("convert_to_tensor", "Identity"),
          Map.entry("stop_gradient", "StopGradient"),
          Map.entry("zeros_like", "ZerosLike"),
          Map.entry("ones_like", "OnesLike"),
          Map.entry("is_nan", "IsNan"),
          Map.entry("is_inf", "IsInf"),
          Map.entry("is_finite", "IsFinite"),
          Map.entry("logical_not", "LogicalNot"),
          Map.entry("elu", "Elu"),
          Map.entry("selu", "Selu"),
          Map.entry("erf", "Erf"),
          Map.entry("sin", "Sin"),
          Map.entry("cos", "Cos"),
          Map.entry("softplus", "Softplus"),
          Map.entry("softsign", "Softsign"),
          Map.entry("add", "AddV2"),
          Map.entry("subtract", "Sub"),
          Map.entry("multiply", "Mul"),
          Map.entry("divide", "RealDiv"),
          Map.entry("truediv", "RealDiv"),
          Map.entry("divide_no_nan", "DivNoNan"),
          Map.entry("floordiv", "FloorDiv"),
          Map.entry("floormod", "FloorMod"),
          Map.entry("squared_difference", "SquaredDifference"),
          Map.entry("maximum", "Maximum"),
          Map.entry("minimum", "Minimum"),
          Map.entry("pow", "Pow"),
          Map.entry("greater", "Greater"),
          Map.entry("greater_equal", "GreaterEqual"),
          Map.entry("less", "Less"),
          Map.entry("less_equal", "LessEqual"),
          Map.entry("equal", "Equal"),
          Map.entry("not_equal", "NotEqual"),
          Map.entry("eq", "Equal"),
          Map.entry("ne", "NotEqual"),
          Map.entry("logical_and", "LogicalAnd"),
          Map.entry("logical_or", "LogicalOr"));

  private final LayerCall call;
  private final Ops ops;
  private final Settings settings;

  private TensorFlowFunctions(LayerCall call) {
    this.call = call;
    this.ops = call.ops();
    this.settings = call.arguments().settings();
  }

  /** Empty where the function is none of these. */
  static Optional<List<SymbolicTensor>> outputs(String function, LayerCall call) {
    String last = function.substring(function.lastIndexOf('.') + 1);
    try {
      return new TensorFlowFunctions(call).named(last);
    } catch (EngineFailure e) {
      throw call.missing(function + ": " + e.getMessage());
    }
  }

  private Optional<List<SymbolicTensor>> named(String name) {
    if (OPS.containsKey(name)) {
      List<SymbolicTensor> operands = new ArrayList<>(List.of(x()));
      if (settings.has("y")) {
        operands.add(operand("y", dtype()));
      }
      return Optional.of(ops.all(OPS.get(name), Map.of(), operands));
    }
    if (name.equals("split") || name.equals("unstack")) {
      return Optional.of(name.equals("split") ? split() : unstacked());
    }
    return Optional.ofNullable(one(name)).map(List::of);
  }

  private SymbolicTensor one(String name) {
    return switch (name) {
      case "softmax" -> ops.softmax(x(), axis(-1));
      case "log_softmax" -> ops.one("Log", ops.softmax(x(), axis(-1)));
      case "leaky_relu" -> ops.one("LeakyRelu", Map.of("alpha", alpha()), x());
      case "gelu" -> settings.flag(false, "approximate") ? geluOfTanh() : gelu();
      case "silu", "swish" -> ops.mul(x(), ops.one("Sigmoid", x()));
      case "l2_normalize" -> normal();
      case "matmul" -> product();
      case "cumsum" -> ops.one("Cumsum", x(), ops.scalar(axis(0)));
      case "reduce_variance" -> variance();
      case "reduce_std" -> ops.one("Sqrt", variance());
      case "reshape" -> ops.one("Reshape", x(), whole("shape"));
      case "broadcast_to" -> ops.one("BroadcastTo", x(), whole("shape"));
      case "tile" -> ops.one("Tile", x(), whole("multiples"));
      case "reverse" -> ops.one("ReverseV2", x(), whole("axis"));
      case "concat" -> ops.concat(call.inputs(), axis(0));
      case "stack" ->
          ops.all("Pack", Map.of("axis", new Attr.Int(settings.whole(0, "axis"))), call.inputs())
              .get(0);
      case "gather" -> ops.gather(x(), operand("indices", DType.INT32), axis(0));
      case "cast" -> cast();
      case "pad" -> padded();
      case "where" -> chosen();
      case "resize" -> resized();
      case "depth_to_space" -> blocks("DepthToSpace");
      case "space_to_depth" -> blocks("SpaceToDepth");
      default -> null;
    };
  }

  private SymbolicTensor x() {
    return settings.get("_CONSTANT_VALUE").map(c -> constant(c, dtype())).orElseGet(call::input);
  }

  private DType dtype() {
    return (call.inputs().isEmpty() ? call.arguments().tensors().get("y") : call.inputs())
        .get(0)
        .dtype();
  }

  /** A tensor, or numbers of a type. */
  private SymbolicTensor operand(String name, DType dtype) {
    List<SymbolicTensor> tensors = call.arguments().tensors().getOrDefault(name, List.of());
    return tensors.isEmpty()
        ? constant(settings.get(name).orElseThrow(() -> call.missing("without " + name)), dtype)
        : tensors.get(0);
  }

  private SymbolicTensor constant(Config stored, DType dtype) {
    List<Long> dims = new ArrayList<>();
    for (Config level = stored; level instanceof Config.Items items; ) {
      dims.add((long) items.values().size());
      level = items.values().get(0);
    }
    double[] all = Settings.flattened(stored).stream().mapToDouble(Double::doubleValue).toArray();
    Shape shape = new Shape(dims);
    return ops.constant(
        dtype.isFloating()
            ? TensorValue.ofDoubles(dtype, shape, all)
            : TensorValue.ofLongs(
                dtype, shape, java.util.Arrays.stream(all).mapToLong(e -> (long) e).toArray()));
  }

  /** Numbers, tensors of rank 0 among them, or a tensor of them. */
  private SymbolicTensor whole(String name) {
    List<SymbolicTensor> tensors = call.arguments().tensors().getOrDefault(name, List.of());
    Config stored = settings.get(name).orElseThrow(() -> call.missing("without " + name));
    if (tensors.isEmpty()) {
      return ops.ints(Settings.wholesOf(stored));
    }
    if (TensorNotation.one(stored).isPresent()) {
      return tensors.get(0);
    }
    Iterator<SymbolicTensor> next = tensors.iterator();
    List<SymbolicTensor> all = new ArrayList<>();
    for (Config item : Settings.itemsOf(stored)) {
      all.add(
          TensorNotation.one(item).isPresent() ? next.next() : ops.scalar(Settings.wholeOf(item)));
    }
    return ops.all("Pack", Map.of(), all).get(0);
  }

  private int axis(long otherwise) {
    long axis = settings.whole(otherwise, "axis");
    return (int) (axis < 0 ? axis + call.input().rank() : axis);
  }

  private List<Integer> axes() {
    int rank = call.input().rank();
    return settings
        .get("axis")
        .map(a -> Settings.wholesOf(a).stream().map(i -> (int) (i < 0 ? i + rank : i)).toList())
        .orElseGet(() -> IntStream.range(0, rank).boxed().toList());
  }

  private Attr alpha() {
    return new Attr.Float((float) settings.number(0.2, "alpha"));
  }

  private SymbolicTensor gelu() {
    SymbolicTensor erf = ops.one("Erf", ops.div(x(), Math.sqrt(2)));
    return ops.mul(ops.mul(x(), 0.5), ops.add(erf, 1));
  }

  private SymbolicTensor geluOfTanh() {
    SymbolicTensor inner = ops.add(x(), ops.mul(ops.power(x(), 3), 0.044715));
    SymbolicTensor tanh = ops.one("Tanh", ops.mul(inner, Math.sqrt(2 / Math.PI)));
    return ops.mul(ops.mul(x(), 0.5), ops.add(tanh, 1));
  }

  private SymbolicTensor normal() {
    SymbolicTensor sum = ops.reduce("Sum", ops.one("Square", x()), axes(), true);
    return ops.mul(x(), ops.rsqrt(ops.maximum(sum, settings.number(1e-12, "epsilon"))));
  }

  private SymbolicTensor product() {
    Map<String, Attr> attrs =
        Map.of(
            "adj_x", new Attr.Bool(settings.flag(false, "transpose_a")),
            "adj_y", new Attr.Bool(settings.flag(false, "transpose_b")));
    return ops.one("BatchMatMulV2", attrs, x(), operand("b", dtype()));
  }

  private SymbolicTensor variance() {
    SymbolicTensor centred = ops.one("SquaredDifference", x(), ops.mean(x(), axes()));
    return ops.reduce("Mean", centred, axes(), settings.flag(false, "keepdims"));
  }

  private SymbolicTensor cast() {
    String name = settings.text("?", "dtype");
    return ops.cast(x(), DType.ofTorch(name).orElseThrow(() -> call.missing("to " + name)));
  }

  private SymbolicTensor padded() {
    List<long[]> pads = new ArrayList<>();
    Config stored = settings.get("paddings").orElseThrow(() -> call.missing("without paddings"));
    for (Config both : Settings.itemsOf(stored)) {
      pads.add(Settings.wholesOf(both).stream().mapToLong(Long::longValue).toArray());
    }
    String mode = settings.text("CONSTANT", "mode");
    if (!mode.equals("CONSTANT")) {
      return ops.one("MirrorPad", Map.of("mode", new Attr.Text(mode)), x(), ops.pairs(pads));
    }
    SymbolicTensor value = ops.number(settings.number(0, "constant_values"), x());
    return ops.one("PadV2", x(), ops.pairs(pads), value);
  }

  private SymbolicTensor chosen() {
    Map<String, List<SymbolicTensor>> tensors = call.arguments().tensors();
    DType dtype =
        java.util.stream.Stream.of("x", "y")
            .flatMap(n -> tensors.getOrDefault(n, List.of()).stream())
            .map(SymbolicTensor::dtype)
            .findFirst()
            .orElseThrow(() -> call.missing("between numbers"));
    return ops.where(call.input(), operand("x", dtype), operand("y", dtype));
  }

  private SymbolicTensor resized() {
    String method = settings.text("bilinear", "method");
    if (settings.flag(false, "antialias") || !List.of("bilinear", "nearest").contains(method)) {
      throw call.missing("that resizes by " + method);
    }
    return ops.one(
        method.equals("nearest") ? "ResizeNearestNeighbor" : "ResizeBilinear",
        Map.of("half_pixel_centers", new Attr.Bool(true)),
        x(),
        whole("size"));
  }

  private SymbolicTensor blocks(String op) {
    Map<String, Attr> attrs = new HashMap<>();
    attrs.put("block_size", new Attr.Int(settings.whole(1, "block_size")));
    attrs.put("data_format", new Attr.Text(settings.text("NHWC", "data_format")));
    return ops.one(op, attrs, x());
  }

  private List<SymbolicTensor> split() {
    Config stored =
        settings.get("num_or_size_splits").orElseThrow(() -> call.missing("without a number"));
    if (!(stored instanceof Config.Items)) {
      return ops.split(x(), (int) Settings.wholeOf(stored), axis(0));
    }
    List<SymbolicTensor> all = new ArrayList<>();
    long begin = 0;
    for (long size : Settings.wholesOf(stored)) {
      all.add(ops.slice(x(), axis(0), begin, size));
      begin += size;
    }
    return all;
  }

  private List<SymbolicTensor> unstacked() {
    Map<String, Attr> attrs =
        Map.of("axis", new Attr.Int(axis(0)), "num", new Attr.Int(call.input().extent(axis(0))));
    return ops.all("Unpack", attrs, List.of(x()));
  }
}

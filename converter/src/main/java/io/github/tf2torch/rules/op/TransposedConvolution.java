package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.ConvTranspose;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Conv2DBackpropInput and Conv3DBackpropInputV2 as {@code nn.ConvTranspose2d} and {@code 3d}.
 * TensorFlow is told the extents of the result, PyTorch how much of a full one goes. An odd
 * remainder of SAME is cropped after, which PyTorch's one number a side can't say.
 */
public final class TransposedConvolution implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(
        "Conv2DBackpropInput", "Conv3DBackpropInputV2", Node.FUSED + "Conv1DBackpropInput");
  }

  @Override
  public int orderedInput(Node node) {
    return 2;
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return node.textAttr("data_format").startsWith("NC")
        ? InputOrder.TENSORFLOW
        : InputOrder.CHANNELS_FIRST;
  }

  @Override
  public void translate(Node node, OpContext context) {
    TensorExpr kernelHwoi =
        context
            .weight(1)
            .orElseThrow(() -> context.unsupported("a kernel that is computed from other values"));
    int axes = kernelHwoi.shape().rank() - 2;
    Window window = Window.of(node, kernelHwoi.shape().dims().subList(0, axes), context);
    Held x = context.held(2, window.order());
    List<Expr> wanted = wanted(window, context);
    List<Long> crops = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      crops.addAll(crops(i, window, wanted.get(i), context));
    }
    boolean isOwn =
        IntStream.range(0, axes)
            .allMatch(
                i -> {
                  long more = crops.get(2 * i) - crops.get(2 * i + 1);
                  long most = Math.max(window.strides().get(i), window.dilations().get(i));
                  return more >= 0 && more < most;
                });
    Map<String, TensorExpr> tensors = new HashMap<>();
    List<Integer> order = new ArrayList<>(List.of(axes + 1, axes));
    IntStream.range(0, axes).forEach(order::add);
    TensorExpr weight = Refolding.permute(kernelHwoi, order);
    tensors.put("weight", weight);
    Convolution.bias(node, context).ifPresent(bias -> tensors.put("bias", bias));
    List<Long> none = Collections.nCopies(axes, 0L);
    ConvTranspose module =
        new ConvTranspose(
            weight.shape().dim(0),
            weight.shape().dim(1),
            window.kernel(),
            window.strides(),
            isOwn ? Window.before(crops) : none,
            isOwn ? outputPadding(crops) : none,
            window.dilations(),
            tensors.containsKey("bias"),
            weight.dtype());
    TensorType type = result(x.type(), window, wanted, module.outChannels());
    ModuleCall call = new ModuleCall(module, tensors, "conv");
    if (isOwn) {
      context.output(0, context.call(call, x, type));
      return;
    }
    if (module.bias() && crops.stream().anyMatch(c -> c < 0)) {
      throw context.unsupported("a result that reaches beyond every window, with a bias");
    }
    Held full = context.call(call, x, type);
    List<Long> pads = new ArrayList<>();
    for (int i = axes - 1; i >= 0; i--) {
      pads.addAll(List.of(-crops.get(2 * i), -crops.get(2 * i + 1)));
    }
    context.output(
        0,
        context.assign(
            "cropped", Padding.constant(full.expr(), pads, new Expr.FloatLiteral(0)), type));
  }

  private static List<Long> outputPadding(List<Long> crops) {
    return IntStream.range(0, crops.size() / 2)
        .mapToObj(i -> crops.get(2 * i) - crops.get(2 * i + 1))
        .toList();
  }

  /** The extents asked for, of the spatial axes. */
  private static List<Expr> wanted(Window window, OpContext context) {
    Value.Sizes sizes =
        context.sizes(0).orElseThrow(() -> context.unsupported("a shape that is computed"));
    boolean isWhole = sizes.elements().size() == window.spatial().size() + 2;
    return IntStream.range(0, window.spatial().size())
        .mapToObj(i -> sizes.elements().get(isWhole ? window.spatial().get(i) : i))
        .toList();
  }

  /** What goes before and after of the full result, which every window reaches into. */
  private static List<Long> crops(int i, Window window, Expr wanted, OpContext context) {
    int axis = window.spatial().get(i);
    long stride = window.strides().get(i);
    long extent = context.dims(2).extent(axis);
    Expr asked =
        extent >= 0 ? new Expr.IntLiteral(extent) : Shapes.extent((Held) context.input(2), axis);
    OptionalLong beyond = beyond(wanted, asked, stride);
    if (beyond.isEmpty()) {
      throw context.unsupported("extents of the result that don't follow from the input's");
    }
    long total = window.reach(i) - stride - beyond.getAsLong();
    long before =
        window.isSame()
            ? Math.max(total, 0) / 2
            : window.padding().equals("EXPLICIT") ? window.explicit().get(2 * i) : 0;
    return List.of(before, total - before);
  }

  /** The n of {@code wanted = extent * stride + n}. */
  private static OptionalLong beyond(Expr wanted, Expr extent, long stride) {
    if (wanted instanceof Expr.IntLiteral w && extent instanceof Expr.IntLiteral e) {
      return OptionalLong.of(w.value() - e.value() * stride);
    }
    if (wanted.equals(SizeArithmetic.apply("*", extent, new Expr.IntLiteral(stride)))
        || wanted.equals(SizeArithmetic.apply("*", new Expr.IntLiteral(stride), extent))) {
      return OptionalLong.of(0);
    }
    if (wanted instanceof Expr.IntArithmetic a && a.right() instanceof Expr.IntLiteral n) {
      OptionalLong inner = beyond(a.left(), extent, stride);
      boolean isSum = a.operator().equals("+");
      return inner.isPresent() && (isSum || a.operator().equals("-"))
          ? OptionalLong.of(inner.getAsLong() + (isSum ? n.value() : -n.value()))
          : OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  private static TensorType result(TensorType x, Window window, List<Expr> wanted, long channels) {
    List<Long> extents = new ArrayList<>(x.dims().extents());
    for (int i = 0; i < wanted.size(); i++) {
      extents.set(
          window.spatial().get(i), wanted.get(i) instanceof Expr.IntLiteral w ? w.value() : -1L);
    }
    extents.set(window.channelAxis(), channels);
    return new TensorType(x.dtype(), new Dims(extents), window.order());
  }
}

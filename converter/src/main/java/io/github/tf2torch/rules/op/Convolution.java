package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.nn.Conv2d;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Conv2D and DepthwiseConv2dNative, with the bias that was fused into them, as {@code nn.Conv2d}.
 */
public final class Convolution implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Conv2D", "DepthwiseConv2dNative");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return node.hasAttr("data_format") && node.textAttr("data_format").equals("NCHW")
        ? InputOrder.TENSORFLOW
        : InputOrder.CHANNELS_FIRST;
  }

  @Override
  public void translate(Node node, OpContext context) {
    TensorExpr kernelHwio =
        context
            .weight(1)
            .orElseThrow(() -> context.unsupported("a kernel that is computed from other values"));
    TensorExpr weightOihw =
        node.op().equals("Conv2D") ? weightOihw(kernelHwio) : depthwiseOihw(kernelHwio);
    Window window = Window.of(node, kernelHwio.shape().dims().subList(0, 2), context);
    Held x = context.held(0, window.order());
    long inChannels = inChannels(x.type(), window, kernelHwio, context);
    long outChannels = weightOihw.shape().dim(0);

    List<Long> pads = window.pads(x.type().dims());
    boolean padsItself =
        !pads.contains(-1L) && pads.get(0).equals(pads.get(1)) && pads.get(2).equals(pads.get(3));
    Map<String, TensorExpr> tensors = new HashMap<>();
    tensors.put("weight", weightOihw);
    bias(node, context).ifPresent(bias -> tensors.put("bias", bias));
    Conv2d module =
        new Conv2d(
            inChannels,
            outChannels,
            window.kernel(),
            window.strides(),
            padsItself ? List.of(pads.get(0), pads.get(2)) : List.of(0L, 0L),
            window.dilations(),
            inChannels / weightOihw.shape().dim(1),
            tensors.containsKey("bias"),
            weightOihw.dtype());
    ModuleCall call = new ModuleCall(module, tensors, "conv");
    TensorType type = window.output(x.type(), outChannels);
    Held padded = padsItself ? x : SamePadding.apply(x, window, 0, Optional.of(call), context);
    context.output(0, context.call(call, padded, type));
  }

  private static TensorExpr weightOihw(TensorExpr kernelHwio) {
    return Refolding.permute(kernelHwio, List.of(3, 2, 0, 1));
  }

  /** (H, W, C, M) to (C * M, 1, H, W): the multiplier runs within each channel. */
  private static TensorExpr depthwiseOihw(TensorExpr kernelHwcm) {
    TensorExpr cmhw = Refolding.permute(kernelHwcm, List.of(2, 3, 0, 1));
    List<Long> dims = cmhw.shape().dims();
    return Refolding.reshape(
        cmhw, List.of(dims.get(0) * dims.get(1), 1L, dims.get(2), dims.get(3)));
  }

  private static long inChannels(
      TensorType x, Window window, TensorExpr kernelHwio, OpContext context) {
    long known = x.dims().extent(window.channelAxis());
    long wanted = kernelHwio.shape().dim(2);
    if (known >= 0 && known % wanted != 0) {
      throw context.unsupported(known + " channels for a kernel of shape " + kernelHwio.shape());
    }
    return known >= 0 ? known : wanted;
  }

  /** The bias that fusion made the third input. */
  static Optional<TensorExpr> bias(Node node, OpContext context) {
    if (node.inputs().size() < 3) {
      return Optional.empty();
    }
    return Optional.of(
        context
            .weight(2)
            .map(b -> Refolding.reshape(b, List.of(b.shape().count())))
            .orElseThrow(() -> context.unsupported("a bias that is computed from other values")));
  }
}

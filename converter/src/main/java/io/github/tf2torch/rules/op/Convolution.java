package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.Conv;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Conv2D, DepthwiseConv2dNative and Conv3D, with the bias that was fused into them, as {@code
 * nn.Conv2d} and {@code nn.Conv3d}.
 */
public final class Convolution implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(
        "Conv2D",
        "DepthwiseConv2dNative",
        "Conv3D",
        Node.FUSED + "Conv1D",
        Node.FUSED + "DepthwiseConv1D");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return node.hasAttr("data_format") && node.textAttr("data_format").startsWith("NC")
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
        node.op().contains("Depthwise") ? depthwiseOihw(kernelHwio) : weightOihw(kernelHwio);
    int axes = kernelHwio.shape().rank() - 2;
    Window window = Window.of(node, kernelHwio.shape().dims().subList(0, axes), context);
    Held x = context.held(0, window.order());
    long inChannels = inChannels(x.type(), window, kernelHwio, context);
    long outChannels = weightOihw.shape().dim(0);

    List<Long> pads = window.pads(x.type().dims());
    boolean padsItself = !pads.contains(-1L) && Window.isSymmetric(pads);
    Map<String, TensorExpr> tensors = new HashMap<>();
    tensors.put("weight", weightOihw);
    bias(node, context).ifPresent(bias -> tensors.put("bias", bias));
    List<Long> padding = padsItself ? Window.before(pads) : Collections.nCopies(axes, 0L);
    long groups = inChannels / weightOihw.shape().dim(1);
    TorchModule module =
        Conv.of(
            inChannels,
            outChannels,
            window.kernel(),
            window.strides(),
            padding,
            window.dilations(),
            groups,
            tensors.containsKey("bias"),
            weightOihw.dtype());
    ModuleCall call = new ModuleCall(module, tensors, "conv");
    TensorType type = window.output(x.type(), outChannels);
    Held padded = padsItself ? x : SamePadding.apply(x, window, 0, Optional.of(call), context);
    context.output(0, context.call(call, padded, type));
  }

  private static TensorExpr weightOihw(TensorExpr kernelHwio) {
    int axes = kernelHwio.shape().rank() - 2;
    List<Integer> order = new ArrayList<>(List.of(axes + 1, axes));
    IntStream.range(0, axes).forEach(order::add);
    return Refolding.permute(kernelHwio, order);
  }

  /** (..., C, M) to (C * M, 1, ...): the multiplier runs within each channel. */
  private static TensorExpr depthwiseOihw(TensorExpr kernelHwcm) {
    int axes = kernelHwcm.shape().rank() - 2;
    List<Integer> order = new ArrayList<>(List.of(axes, axes + 1));
    IntStream.range(0, axes).forEach(order::add);
    TensorExpr cmhw = Refolding.permute(kernelHwcm, order);
    List<Long> dims = new ArrayList<>(cmhw.shape().dims());
    dims.set(0, dims.get(0) * dims.get(1));
    dims.set(1, 1L);
    return Refolding.reshape(cmhw, dims);
  }

  private static long inChannels(
      TensorType x, Window window, TensorExpr kernelHwio, OpContext context) {
    long known = x.dims().extent(window.channelAxis());
    long wanted = kernelHwio.shape().dim(window.spatial().size());
    if (known >= 0 && known % wanted != 0) {
      throw context.unsupported(known + " channels for a kernel of shape " + kernelHwio.shape());
    }
    return known >= 0 ? known : wanted;
  }

  /** The bias that fusion made the last input. */
  static Optional<TensorExpr> bias(Node node, OpContext context) {
    if (!node.hasAttr("fused_bias")) {
      return Optional.empty();
    }
    return Optional.of(
        context
            .weight(node.inputs().size() - 1)
            .map(b -> Refolding.reshape(b, List.of(b.shape().count())))
            .orElseThrow(() -> context.unsupported("a bias that is computed from other values")));
  }
}

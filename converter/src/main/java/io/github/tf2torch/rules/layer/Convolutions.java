package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Convolutions in one to three dimensions, depthwise and separable ones among them. */
public final class Convolutions implements LayerRule {
  private static final Set<String> ONE =
      Set.of(
          "Conv1D",
          "Convolution1D",
          "DepthwiseConv1D",
          "SeparableConv1D",
          "SeparableConvolution1D",
          "AtrousConvolution1D");
  private static final Set<String> TWO =
      Set.of(
          "Conv2D",
          "Convolution2D",
          "DepthwiseConv2D",
          "SeparableConv2D",
          "SeparableConvolution2D",
          "AtrousConvolution2D");
  private static final Set<String> THREE = Set.of("Conv3D", "Convolution3D");

  @Override
  public Set<String> layers() {
    Set<String> all = new java.util.TreeSet<>(ONE);
    all.addAll(TWO);
    all.addAll(THREE);
    return all;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (layer.className().startsWith("Atrous")) {
      Former.requireKeras1(context);
    }
    int spatial = ONE.contains(layer.className()) ? 1 : TWO.contains(layer.className()) ? 2 : 3;
    Held y =
        layer.className().startsWith("Separable")
            ? separable(spatial, context)
            : layer.className().startsWith("Depthwise")
                ? convolved(context.input(), depthwise(0, context), true, 1, spatial, context)
                : convolved(
                    context.input(),
                    ConvolutionKernels.of(context, spatial),
                    false,
                    1,
                    spatial,
                    context);
    context.output(Activations.of(y, context, "activation"));
  }

  /** With a layer's kernel and bias, where a recurrent kernel stands between both. */
  static Held ofInput(Held x, int spatial, LayerContext context) {
    return convolved(x, kernel(0, context), false, 2, spatial, context);
  }

  private static TensorExpr kernel(int index, LayerContext context) {
    TensorExpr kernel = context.weight(index, "kernel");
    if (context.isOfTheano()) {
      throw context.unsupported(
          "was trained on Theano, which turns kernels by half a circle, and those of this class in a"
              + " way that is not known here; save it on TensorFlow");
    }
    return kernel;
  }

  private static TensorExpr depthwise(int index, LayerContext context) {
    return kernel(index, context);
  }

  /** A depthwise convolution and one of 1 x 1, whose strides and dilation the first one has. */
  private static Held separable(int spatial, LayerContext context) {
    return separable(spatial, kernel(0, context), context.weight(1, "pointwise kernel"), context);
  }

  /** The bias is the layer's third variable, where it has one. */
  static Held separable(
      int spatial, TensorExpr depthwise, TensorExpr pointwise, LayerContext context) {
    Held deep = apply(context.input(), depthwise, true, spatial, List.of(), context);
    List<Long> ones = Collections.nCopies(spatial, 1L);
    Map<String, Attr> attrs = attrs(ones, ones, "VALID", spatial, context);
    List<Value> inputs = new ArrayList<>(List.of(deep, Attrs.weight(pointwise)));
    if (!context.isOperation()) {
      bias(2, inputs, attrs, context);
    }
    return (Held) context.op(op(spatial, false), attrs, inputs);
  }

  private static Held convolved(
      Held x, TensorExpr kernel, boolean isDepthwise, int bias, int spatial, LayerContext context) {
    List<Value> more = new ArrayList<>();
    if (context.settings().flag(true, "use_bias", "bias")) {
      more.add(Attrs.weight(context.weight(bias, "bias")));
    }
    return apply(x, kernel, isDepthwise, spatial, more, context);
  }

  static Held apply(
      Held input,
      TensorExpr kernel,
      boolean isDepthwise,
      int spatial,
      List<Value> bias,
      LayerContext context) {
    Settings settings = context.settings();
    List<Long> strides = settings.wholes(spatial, 1, "strides", "subsample", "subsample_length");
    List<Long> dilations = settings.wholes(spatial, 1, "dilation_rate", "atrous_rate");
    String padding = settings.text("valid", "padding", "border_mode");
    Held x = input;
    if (padding.equals("causal")) {
      long reach = (kernel.shape().dim(0) - 1) * dilations.get(0);
      x = Paddings.pad(x, DataFormat.of(context, 1), List.of(reach, 0L), context);
      padding = "valid";
    }
    if (!padding.equals("valid") && !padding.equals("same")) {
      throw context.unsupported("has padding \"" + padding + "\"");
    }
    List<Long> pads =
        padding.equals("same") && context.isOfTheano()
            ? padsOfTheano(kernel, spatial, strides, dilations)
            : List.of();
    if (!pads.isEmpty()) {
      x = Paddings.pad(x, DataFormat.of(context, spatial), pads, context);
      padding = "valid";
    }
    Map<String, Attr> attrs =
        attrs(strides, dilations, padding.equals("same") ? "SAME" : "VALID", spatial, context);
    List<Value> inputs = new ArrayList<>(List.of(x, Attrs.weight(kernel)));
    inputs.addAll(bias);
    if (!bias.isEmpty()) {
      attrs.put("fused_bias", Attrs.of(true));
    }
    return (Held) context.op(op(spatial, isDepthwise), attrs, inputs);
  }

  /**
   * Theano pads by half the kernel on both sides, and Keras cuts off what an even one leaves behind
   * ({@code theano_backend.py}, {@code border_mode="half"}); TensorFlow does so of odd kernels
   * without strides.
   */
  private static List<Long> padsOfTheano(
      TensorExpr kernel, int spatial, List<Long> strides, List<Long> dilations) {
    List<Long> pads = new ArrayList<>();
    boolean isOfTensorFlow = strides.stream().allMatch(s -> s == 1);
    for (int i = 0; i < spatial; i++) {
      long extent = (kernel.shape().dim(i) - 1) * dilations.get(i) + 1;
      isOfTensorFlow &= extent % 2 == 1;
      pads.addAll(List.of(extent / 2, (extent - 1) / 2));
    }
    return isOfTensorFlow ? List.of() : pads;
  }

  private static String op(int spatial, boolean isDepthwise) {
    if (spatial == 1) {
      return Node.FUSED + (isDepthwise ? "DepthwiseConv1D" : "Conv1D");
    }
    return isDepthwise ? "DepthwiseConv2dNative" : "Conv" + spatial + "D";
  }

  private static Map<String, Attr> attrs(
      List<Long> strides, List<Long> dilations, String padding, int spatial, LayerContext context) {
    DataFormat format = DataFormat.of(context, spatial);
    Map<String, Attr> attrs = new HashMap<>();
    attrs.put("data_format", format.attr());
    attrs.put("strides", format.spread(strides));
    attrs.put("dilations", format.spread(dilations));
    attrs.put("padding", Attrs.of(padding));
    return attrs;
  }

  private static void bias(
      int index, List<Value> inputs, Map<String, Attr> attrs, LayerContext context) {
    if (context.settings().flag(true, "use_bias", "bias")) {
      inputs.add(Attrs.weight(context.weight(index, "bias")));
      attrs.put("fused_bias", Attrs.of(true));
    }
  }
}

package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Transposed convolutions, whose result is as large as Keras makes it: {@code
 * keras/src/backend/common/backend_utils.py}, {@code compute_conv_transpose_output_shape}.
 */
public final class TransposedConvolutions implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "Conv1DTranspose",
        "Conv2DTranspose",
        "Conv3DTranspose",
        "Convolution1DTranspose",
        "Convolution2DTranspose",
        "Convolution3DTranspose",
        "Deconvolution2D");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    String name = layer.className();
    int spatial = name.contains("1D") ? 1 : name.contains("2D") ? 2 : 3;
    if (context.isOfTheano()) {
      throw context.unsupported("was trained on Theano, which turns kernels by half a circle");
    }
    Settings settings = context.settings();
    DataFormat format = DataFormat.of(context, spatial);
    boolean isOfKeras1 = name.equals("Deconvolution2D");
    TensorExpr kernel =
        isOfKeras1 ? Deconvolutions.kernel(format, context) : context.weight(0, "kernel");
    List<Long> strides = settings.wholes(spatial, 1, "strides", "subsample");
    List<Long> dilations = settings.wholes(spatial, 1, "dilation_rate");
    boolean isSame = isSame(context);
    Held x = context.input();
    List<Expr> extents = new ArrayList<>();
    for (int i = 0; i < spatial && !isOfKeras1; i++) {
      long reach = (kernel.shape().dim(i) - 1) * dilations.get(i) + 1;
      long more = more(reach, strides.get(i), isSame, outputPadding(i, spatial, settings));
      extents.add(extent(x, format.firstSpatial() + i, strides.get(i), more));
    }
    if (isOfKeras1) {
      Deconvolutions.extents(format, kernel, strides, isSame, context)
          .forEach(extent -> extents.add(new Expr.IntLiteral(extent)));
    }
    Map<String, Attr> attrs = new HashMap<>();
    attrs.put("data_format", format.attr());
    attrs.put("strides", format.spread(strides));
    attrs.put("dilations", format.spread(dilations));
    attrs.put("padding", Attrs.of(isSame ? "SAME" : "VALID"));
    List<Value> inputs = new ArrayList<>();
    inputs.add(new Value.Sizes(extents, false));
    inputs.add(Attrs.weight(kernel));
    inputs.add(x);
    if (settings.flag(true, "use_bias", "bias")) {
      inputs.add(Attrs.weight(context.weight(1, "bias")));
      attrs.put("fused_bias", Attrs.of(true));
    }
    String op =
        spatial == 1
            ? Node.FUSED + "Conv1DBackpropInput"
            : spatial == 2 ? "Conv2DBackpropInput" : "Conv3DBackpropInputV2";
    Held y = (Held) context.op(op, attrs, inputs);
    context.output(Activations.of(y, context, "activation"));
  }

  private static boolean isSame(LayerContext context) {
    String padding = context.settings().text("valid", "padding", "border_mode");
    if (!padding.equals("same") && !padding.equals("valid")) {
      throw context.unsupported("has padding \"" + padding + "\"");
    }
    return padding.equals("same");
  }

  private static Optional<Long> outputPadding(int i, int spatial, Settings settings) {
    return settings.has("output_padding")
        ? Optional.of(settings.wholes(spatial, 0, "output_padding").get(i))
        : Optional.empty();
  }

  /** The n of {@code in * stride + n}. */
  private static long more(long reach, long stride, boolean isSame, Optional<Long> padding) {
    if (padding.isEmpty()) {
      return isSame ? 0 : Math.max(reach - stride, 0);
    }
    long crop = isSame ? 2 * (reach / 2) : 0;
    return reach - stride - crop + padding.get();
  }

  private static Expr extent(Held x, int axis, long stride, long more) {
    if (x.type().dims().isKnown(axis)) {
      return new Expr.IntLiteral(x.type().dims().extent(axis) * stride + more);
    }
    Expr size =
        Expr.aten("size", x.expr(), new Expr.IntLiteral(x.type().order().dimensionOf(axis)));
    Expr scaled =
        stride == 1 ? size : new Expr.IntArithmetic("*", size, new Expr.IntLiteral(stride));
    return more == 0
        ? scaled
        : new Expr.IntArithmetic(more > 0 ? "+" : "-", scaled, new Expr.IntLiteral(Math.abs(more)));
  }
}

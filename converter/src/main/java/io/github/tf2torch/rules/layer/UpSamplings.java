package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** UpSampling by whole factors: every element repeated, or images resized. */
public final class UpSamplings implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("UpSampling1D", "UpSampling2D", "UpSampling3D");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    String name = layer.className();
    int spatial = name.charAt(name.length() - 2) - '0';
    DataFormat format = DataFormat.of(context, spatial);
    Settings settings = context.settings();
    List<Long> factors = settings.wholes(spatial, 2, "size", "length");
    String interpolation = settings.text("nearest", "interpolation");
    if (interpolation.equals("nearest")) {
      context.output(repeated(context.input(), format, factors, context));
    } else if (interpolation.equals("bilinear") && spatial == 2 && !format.isChannelsFirst()) {
      context.output(
          context.op(
              "ResizeBilinear",
              Map.of("align_corners", Attrs.of(false), "half_pixel_centers", Attrs.of(true)),
              List.of(context.input(), size(context.input(), format, factors))));
    } else if (spatial == 2) {
      Held x = context.input();
      List<Long> size = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        long extent = x.type().dims().extent(format.firstSpatial() + i);
        if (extent < 0) {
          throw context.unsupported("enlarges images of unknown size by " + interpolation);
        }
        size.add(extent * factors.get(i));
      }
      context.output(Images.resized(x, format, size, interpolation, false, context));
    } else {
      throw context.unsupported("has interpolation \"" + interpolation + "\"");
    }
  }

  private static Value size(Held x, DataFormat format, List<Long> factors) {
    List<Expr> elements = new ArrayList<>();
    for (int i = 0; i < factors.size(); i++) {
      int axis = format.firstSpatial() + i;
      Expr extent =
          x.type().dims().isKnown(axis)
              ? new Expr.IntLiteral(x.type().dims().extent(axis) * factors.get(i))
              : new Expr.IntArithmetic(
                  "*",
                  Expr.aten(
                      "size", x.expr(), new Expr.IntLiteral(x.type().order().dimensionOf(axis))),
                  new Expr.IntLiteral(factors.get(i)));
      elements.add(extent);
    }
    return new Value.Sizes(elements, false);
  }

  /** Each element of a spatial axis as often as its factor says. */
  private static Held repeated(
      Held input, DataFormat format, List<Long> factors, LayerContext context) {
    int rank = format.spatial() + 2;
    AxisOrder channelsSecond =
        format.isChannelsFirst() ? AxisOrder.identity(rank) : AxisOrder.channelsFirst(rank);
    Held x = context.unflattened(input);
    boolean isResizing =
        (rank > 3 || x.type().order().equals(channelsSecond))
            && factors.stream().allMatch(UpSamplings::isKeptByRounding);
    return isResizing
        ? resized(context.inOrder(x, channelsSecond), format, factors, context)
        : interleaved(x, format, factors, context);
  }

  /**
   * Whether PyTorch's nearest element is the repeated one: it takes the floor of a place times
   * float32(1 / factor), which must not fall below a whole number. Places are far below 2^23.
   */
  private static boolean isKeptByRounding(long factor) {
    return (double) (1f / factor) * factor >= 1;
  }

  private static Held resized(Held x, DataFormat format, List<Long> factors, LayerContext context) {
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    for (int i = 0; i < factors.size(); i++) {
      int axis = format.firstSpatial() + i;
      extents.set(axis, extents.get(axis) < 0 ? -1 : extents.get(axis) * factors.get(i));
    }
    List<Expr> scales =
        factors.stream().map(f -> (Expr) new Expr.FloatLiteral(f.floatValue())).toList();
    Expr.Aten call =
        Expr.aten(
            "upsample_nearest" + factors.size() + "d",
            x.expr(),
            new Expr.NoneLiteral(),
            new Expr.ListLiteral(scales));
    return context.assign("upsampled", call, x.type().withDims(new Dims(extents)));
  }

  /** Whatever the order. */
  private static Held interleaved(
      Held x, DataFormat format, List<Long> factors, LayerContext context) {
    Expr expr = x.expr();
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    for (int i = 0; i < factors.size(); i++) {
      int axis = format.firstSpatial() + i;
      if (factors.get(i) != 1) {
        expr =
            Expr.aten(
                "repeat_interleave",
                expr,
                new Expr.IntLiteral(factors.get(i)),
                new Expr.IntLiteral(x.type().order().dimensionOf(axis)));
        extents.set(axis, extents.get(axis) < 0 ? -1 : extents.get(axis) * factors.get(i));
      }
    }
    TensorType type = x.type().withDims(new Dims(extents));
    return context.assign("upsampled", expr, type);
  }
}

package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Convolutions with a kernel of its own at every place ({@code keras/layers/local.py} of Keras
 * 2.3): of implementation 1, whose kernel has places, window and outputs, the window in the input's
 * order.
 */
public final class LocalConvolutions implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("LocallyConnected1D", "LocallyConnected2D");
  }

  /**
   * @param window and strides of rows and columns
   * @param out rows and columns of the output
   */
  private record Geometry(
      long channels, List<Long> window, List<Long> strides, List<Long> out, long filters) {
    long places() {
      return out.get(0) * out.get(1);
    }
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    refuseOtherForms(context);
    DataFormat format = DataFormat.of(context, layer.className().endsWith("1D") ? 1 : 2);
    Geometry geometry = geometry(format, context);
    Held x = context.unflattened(context.input());
    int rank = format.spatial() + 2;
    AxisOrder order =
        format.isChannelsFirst() ? AxisOrder.identity(rank) : AxisOrder.channelsFirst(rank);
    Held y = convolved(context.inOrder(x, order), order, geometry, format, context);
    context.output(Activations.of(y, context, "activation"));
  }

  private static void refuseOtherForms(LayerContext context) {
    Settings settings = context.settings();
    if (settings.whole(1, "implementation") != 1 || context.version().major() == 1) {
      throw context.unsupported(
          "has a kernel of another form than Keras 2's implementation 1; save it with that");
    }
    if (!settings.text("valid", "padding").equals("valid")) {
      throw context.unsupported("has padding, which Keras computes with implementation 2 alone");
    }
    if (context.isOfTheano()) {
      throw context.unsupported("was trained on Theano; save it on TensorFlow");
    }
  }

  private static Geometry geometry(DataFormat format, LayerContext context) {
    Dims dims = context.input().type().dims();
    List<Long> window = padded(context.settings().wholes(format.spatial(), 1, "kernel_size"));
    List<Long> strides = padded(context.settings().wholes(format.spatial(), 1, "strides"));
    List<Long> extents =
        padded(format.axes().stream().map(a -> dims.extent(a.intValue())).toList());
    List<Long> out = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      if (extents.get(i) < 0) {
        throw context.unsupported("takes maps whose size is not known");
      }
      out.add((extents.get(i) - window.get(i)) / strides.get(i) + 1);
    }
    TensorExpr kernel = context.weight(0, "kernel");
    long channels = dims.extent(format.channelAxis());
    Geometry geometry = new Geometry(channels, window, strides, out, kernel.shape().dim(2));
    Shape expected =
        Shape.of(geometry.places(), channels * window.get(0) * window.get(1), geometry.filters());
    if (!kernel.shape().equals(expected)) {
      throw context.unsupported("has a kernel " + kernel.shape() + " instead of " + expected);
    }
    return geometry;
  }

  /** Steps are one row of columns. */
  private static List<Long> padded(List<Long> ofSpatial) {
    return ofSpatial.size() == 1 ? List.of(1L, ofSpatial.get(0)) : ofSpatial;
  }

  /** The windows of all places as {@code F.unfold} has them, each times its own kernel. */
  private static Held convolved(
      Held x, AxisOrder order, Geometry geometry, DataFormat format, LayerContext context) {
    DType dtype = x.type().dtype();
    long batch = x.type().dims().extent(0);
    Expr image =
        format.spatial() == 2 ? x.expr() : Expr.aten("unsqueeze", x.expr(), new Expr.IntLiteral(2));
    long taken = geometry.channels() * geometry.window().get(0) * geometry.window().get(1);
    Held windows =
        context.assign(
            "windows",
            Expr.aten(
                "im2col",
                image,
                Expr.ints(geometry.window()),
                Expr.ints(List.of(1, 1)),
                Expr.ints(List.of(0, 0)),
                Expr.ints(geometry.strides())),
            TensorType.plain(dtype, Dims.of(batch, taken, geometry.places())));
    Held kernel = context.attribute(kernel(geometry, format, context));
    Expr y =
        Expr.aten(
            "einsum",
            new Expr.TextLiteral("nkp,pkf->nfp"),
            new Expr.ListLiteral(List.of(windows.expr(), kernel.expr())));
    if (context.settings().flag(true, "use_bias")) {
      y = Expr.aten("add", y, context.attribute(bias(geometry, format, context)).expr());
    }
    List<Long> held = new ArrayList<>(List.of(batch, geometry.filters()));
    held.addAll(geometry.out().subList(2 - format.spatial(), 2));
    List<Long> extents = new ArrayList<>(held);
    for (int axis = 0; axis < held.size(); axis++) {
      extents.set(order.axes().get(axis), held.get(axis));
    }
    held.set(0, -1L);
    return context.assign(
        Expr.aten("reshape", y, Expr.ints(held)), new TensorType(dtype, new Dims(extents), order));
  }

  /** (places, window, outputs), the window's channels first. */
  private static TensorExpr kernel(Geometry geometry, DataFormat format, LayerContext context) {
    TensorExpr stored = context.weight(0, "kernel");
    if (format.isChannelsFirst()) {
      return stored;
    }
    long window = geometry.window().get(0) * geometry.window().get(1);
    Shape open = Shape.of(geometry.places(), window, geometry.channels(), geometry.filters());
    TensorExpr turned =
        new TensorExpr.Permute(new TensorExpr.Reshape(stored, open), List.of(0, 2, 1, 3));
    return new TensorExpr.Reshape(turned, stored.shape());
  }

  /**
   * (outputs, places) of (rows, columns, outputs): with channels first, Keras's {@code bias_add}
   * takes the numbers as they follow each other.
   */
  private static TensorExpr bias(Geometry geometry, DataFormat format, LayerContext context) {
    TensorExpr stored = context.weight(1, "bias");
    if (format.isChannelsFirst()) {
      return new TensorExpr.Reshape(stored, Shape.of(geometry.filters(), geometry.places()));
    }
    Shape flat = Shape.of(geometry.places(), geometry.filters());
    return new TensorExpr.Permute(new TensorExpr.Reshape(stored, flat), List.of(1, 0));
  }
}

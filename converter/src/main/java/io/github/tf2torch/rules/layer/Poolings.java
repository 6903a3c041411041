package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Maximum and mean over windows and over all, in one to three dimensions. */
public final class Poolings implements LayerRule {
  @Override
  public Set<String> layers() {
    Set<String> all = new TreeSet<>();
    for (int n = 1; n <= 3; n++) {
      for (String kind : List.of("Max", "Average")) {
        all.add(kind + "Pooling" + n + "D");
        all.add("Global" + kind + "Pooling" + n + "D");
        all.add("Adaptive" + kind + "Pooling" + n + "D");
      }
    }
    return all;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    String name = layer.className();
    int spatial = name.charAt(name.length() - 2) - '0';
    DataFormat format = DataFormat.of(context, spatial);
    if (name.startsWith("Adaptive")) {
      context.output(adaptive(name.contains("Max"), format, context));
      return;
    }
    context.output(
        name.startsWith("Global")
            ? global(name.contains("Max") ? "Max" : "Mean", format, context)
            : windowed(name.startsWith("Max") ? "MaxPool" : "AvgPool", format, context));
  }

  private static Held global(String op, DataFormat format, LayerContext context) {
    if (context.mask(0).isPresent() && op.equals("Mean") && format.spatial() == 1) {
      return meanOfSeen(context.mask(0).get(), format, context);
    }
    return (Held)
        context.op(
            op,
            Map.of("keep_dims", Attrs.of(context.settings().flag(false, "keepdims"))),
            List.of(context.input(), Attrs.vector(format.axes())));
  }

  /** Keras divides an axis as PyTorch does. */
  private static Held adaptive(boolean isMaximum, DataFormat format, LayerContext context) {
    int spatial = format.spatial();
    int rank = spatial + 2;
    Held x =
        context.inOrder(
            context.input(),
            format.isChannelsFirst() ? AxisOrder.identity(rank) : AxisOrder.channelsFirst(rank));
    List<Long> sizes = context.settings().wholes(spatial, 1, "output_size");
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    for (int i = 0; i < spatial; i++) {
      extents.set(format.firstSpatial() + i, sizes.get(i));
    }
    TensorType type = x.type().withDims(new Dims(extents));
    String operator = (isMaximum ? "adaptive_max_pool" : "adaptive_avg_pool") + spatial + "d";
    Expr call = Expr.aten(operator, x.expr(), Expr.ints(sizes));
    return isMaximum
        ? context
            .assign(List.of("pooled", "places"), call, List.of(type, type.withDtype(DType.INT64)))
            .get(0)
        : context.assign("pooled", call, type);
  }

  /** The mean of the steps that are seen. */
  private static Held meanOfSeen(Held mask, DataFormat format, LayerContext context) {
    Held x = context.inOrder(context.input(), AxisOrder.identity(3));
    int time = Math.toIntExact(format.axes().get(0));
    boolean keeps = context.settings().flag(false, "keepdims");
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.remove(time);
    if (keeps) {
      extents.add(time, 1L);
    }
    List<Long> ones = new ArrayList<>(mask.type().dims().extents());
    ones.add(3 - time, 1L);
    Held seen =
        context.assign(
            "seen",
            Expr.aten(
                "to",
                Expr.aten("unsqueeze", mask.expr(), new Expr.IntLiteral(3L - time)),
                new Expr.DTypeLiteral(x.type().dtype())),
            TensorType.plain(x.type().dtype(), new Dims(ones)));
    Expr kept = Expr.aten("mul", x.expr(), seen.expr());
    return context.assign(
        "mean",
        Expr.aten("div", sum(kept, time, keeps), sum(seen.expr(), time, keeps)),
        TensorType.plain(x.type().dtype(), new Dims(extents)));
  }

  private static Expr sum(Expr values, int axis, boolean keeps) {
    return Expr.aten("sum", values, Expr.ints(List.of(axis)), new Expr.BoolLiteral(keeps));
  }

  static Held windowed(String op, DataFormat format, LayerContext context) {
    Settings settings = context.settings();
    int spatial = format.spatial();
    List<Long> size = settings.wholes(spatial, 2, "pool_size", "pool_length");
    List<Long> strides =
        settings.has("strides", "stride") ? settings.wholes(spatial, 1, "strides", "stride") : size;
    boolean isSame = settings.text("valid", "padding", "border_mode").equals("same");
    if (isSame && context.isOfTheano()) {
      throw context.unsupported(
          "was trained on Theano, which pads otherwise where padding is \"same\"; save it on"
              + " TensorFlow");
    }
    String name = spatial == 1 ? Node.FUSED + op + "1D" : spatial == 2 ? op : op + "3D";
    return (Held)
        context.op(
            name,
            Map.of(
                "data_format", format.attr(),
                "ksize", format.spread(size),
                "strides", format.spread(strides),
                "padding", Attrs.of(isSame ? "SAME" : "VALID")),
            List.of(context.input()));
  }
}

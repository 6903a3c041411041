package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.nn.GroupNorm;
import io.github.tf2torch.model.target.nn.RmsNorm;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** GroupNormalization, RMSNormalization and UnitNormalization. */
public final class OtherNormalizations implements LayerRule {
  /** {@code keras.ops.normalize} with the layer's epsilon of 1e-12. */
  private static final float MOST = 1e12f;

  @Override
  public Set<String> layers() {
    return Set.of("GroupNormalization", "RMSNormalization", "UnitNormalization");
  }

  @Override
  public boolean passesMask() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    int rank = context.input().type().rank();
    if (layer.className().equals("GroupNormalization")) {
      context.output(ofGroups(context));
      return;
    }
    Held x = context.inOrder(context.input(), AxisOrder.identity(rank));
    Optional<Config> stored = context.settings().get("axis");
    List<Integer> axes =
        stored.map(Settings::wholes).orElse(List.of(-1L)).stream()
            .map(a -> x.type().axis(a))
            .sorted()
            .toList();
    context.output(
        layer.className().startsWith("RMS")
            ? ofRoot(x, axes, context)
            : Dots.unit(x, axes.stream().map(Integer::longValue).toList(), MOST, context));
  }

  /** {@code nn.RMSNorm} along the last axes, which computes it in the same steps. */
  private static Value ofRoot(Held x, List<Integer> axes, LayerContext context) {
    int rank = x.type().rank();
    List<Long> extents = x.type().dims().extents().subList(rank - axes.size(), rank);
    TensorExpr scale = context.weight(0, "scale");
    if (axes.get(0) != rank - axes.size() || !scale.shape().dims().equals(extents)) {
      return Statistics.scaled(x, axes, context);
    }
    RmsNorm module =
        new RmsNorm(extents, context.settings().number(1e-6f, "epsilon"), scale.dtype());
    return context.call(new ModuleCall(module, Map.of("weight", scale), "norm"), x, x.type());
  }

  /** {@code nn.GroupNorm}, whose channels come second. */
  private static Held ofGroups(LayerContext context) {
    Settings settings = context.settings();
    int rank = context.input().type().rank();
    int axis = context.input().type().axis(settings.whole(-1, "axis"));
    List<Integer> order = new ArrayList<>(List.of(0, axis));
    for (int i = 1; i < rank; i++) {
      if (i != axis) {
        order.add(i);
      }
    }
    Held x = context.inOrder(context.input(), new AxisOrder(order));
    long channels = x.type().dims().extent(axis);
    if (channels < 0) {
      throw context.unsupported("normalizes an unknown number of channels");
    }
    long wanted = settings.whole(32, "groups");
    long groups = wanted == -1 ? channels : wanted;
    boolean scale = settings.flag(true, "scale");
    Shape shape = Shape.of(channels);
    TensorExpr gamma =
        scale ? context.weight(0, "gamma") : new TensorExpr.Fill(DType.FLOAT32, shape, 1);
    TensorExpr beta =
        settings.flag(true, "center")
            ? context.weight(scale ? 1 : 0, "beta")
            : new TensorExpr.Fill(DType.FLOAT32, shape, 0);
    GroupNorm module =
        new GroupNorm(groups, channels, settings.number(1e-3f, "epsilon"), gamma.dtype());
    return context.call(
        new ModuleCall(module, Map.of("weight", gamma, "bias", beta), "norm"), x, x.type());
  }
}

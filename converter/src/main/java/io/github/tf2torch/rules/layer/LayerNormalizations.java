package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.nn.LayerNorm;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** LayerNormalization over the last axes, with Keras's epsilon of 1e-3 unless it says another. */
public final class LayerNormalizations implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("LayerNormalization");
  }

  @Override
  public boolean passesMask() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Settings settings = context.settings();
    int rank = context.input().type().rank();
    Held x = context.inOrder(context.input(), AxisOrder.identity(rank));
    Optional<Config> stored = settings.get("axis");
    List<Integer> axes =
        stored.map(Settings::wholes).orElse(List.of(-1L)).stream()
            .map(a -> x.type().axis(a))
            .sorted()
            .toList();
    int first = rank - axes.size();
    boolean isOfLast = axes.get(0) == first && axes.get(axes.size() - 1) == rank - 1;
    if (!isOfLast || settings.flag(false, "rms_scaling")) {
      context.output(Statistics.normalized(x, axes, context));
      return;
    }
    List<Long> extents = x.type().dims().extents().subList(first, rank);
    if (extents.contains(-1L)) {
      throw context.unsupported("normalizes along axes of unknown extent");
    }
    Shape shape = new Shape(extents);
    boolean scale = settings.flag(true, "scale");
    boolean center = settings.flag(true, "center");
    DType dtype = DType.FLOAT32;
    TensorExpr gamma = scale ? context.weight(0, "gamma") : new TensorExpr.Fill(dtype, shape, 1);
    TensorExpr beta =
        center ? context.weight(scale ? 1 : 0, "beta") : new TensorExpr.Fill(dtype, shape, 0);
    LayerNorm module = new LayerNorm(extents, settings.number(1e-3f, "epsilon"), gamma.dtype());
    context.output(
        context.call(
            new ModuleCall(module, Map.of("weight", gamma, "bias", beta), "norm"), x, x.type()));
  }
}

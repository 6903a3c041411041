package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Attention (Luong's) and AdditiveAttention (Bahdanau's), without heads and projections. */
public final class Attentions implements LayerRule {
  /** What a hidden score is lowered by, {@code attention.py}. */
  private static final float LOWERED = 1e9f;

  @Override
  public Set<String> layers() {
    return Set.of("Attention", "AdditiveAttention");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (context.inputs().size() < 2) {
      throw context.unsupported("is called with " + context.inputs().size() + " tensors");
    }
    Settings settings = context.settings();
    Held query = plain(0, context);
    Held value = plain(1, context);
    Held key = context.inputs().size() > 2 ? plain(2, context) : value;
    Held scores = scores(layer.className().startsWith("Additive"), query, key, context);
    boolean isCausal = context.arguments().flag(settings.flag(false, "causal"), "use_causal_mask");
    Optional<Held> ofValues = context.mask(1).map(m -> AttentionMask.unsqueezed(m, 1, context));
    AttentionMask mask = new AttentionMask(ofValues, isCausal, 0);
    Held seen = mask.isEmpty() ? scores : lowered(scores, mask, context);
    Held weights =
        context.assign(
            "weights", Expr.aten("softmax", seen.expr(), new Expr.IntLiteral(-1)), seen.type());
    float rate = context.isForInference() ? 0 : settings.number(0, "dropout");
    Held dropped =
        rate == 0
            ? weights
            : context.call(
                new ModuleCall(new Dropout(rate), Map.of(), "dropout"), weights, weights.type());
    Held y = (Held) context.op("BatchMatMulV2", Map.of(), List.of(dropped, value));
    Optional<Held> ofQueries = context.mask(0);
    if (ofQueries.isPresent()) {
      Held isSeen = AttentionMask.unsqueezed(ofQueries.get(), 2, context);
      y =
          context.assign(
              Expr.aten(
                  "masked_fill",
                  y.expr(),
                  Expr.aten("logical_not", isSeen.expr()),
                  new Expr.FloatLiteral(0)),
              y.type());
      context.mask(ofQueries.get());
    }
    context.output(0, y);
    if (context.arguments().flag(false, "return_attention_scores")) {
      // as they weigh the values: those of Keras are dropped too
      context.output(1, dropped);
    }
  }

  private static Held plain(int index, LayerContext context) {
    Held x = context.inputs().get(index);
    return context.inOrder(x, AxisOrder.identity(x.type().rank()));
  }

  private static Held lowered(Held scores, AttentionMask mask, LayerContext context) {
    Held isSeen = mask.over(scores, context);
    Expr lower = Expr.aten("sub", scores.expr(), new Expr.FloatLiteral(LOWERED));
    return context.assign(
        "scores", Expr.aten("where", isSeen.expr(), scores.expr(), lower), scores.type());
  }

  private static Held scores(boolean isAdditive, Held query, Held key, LayerContext context) {
    Settings settings = context.settings();
    boolean isScaled = settings.flag(isAdditive, "use_scale");
    String mode = isAdditive ? "add" : settings.text("dot", "score_mode");
    if (mode.equals("dot")) {
      Value product =
          context.op("BatchMatMulV2", Map.of("adj_y", Attrs.of(true)), List.of(query, key));
      return (Held) (isScaled ? times(product, 0, "scale", context) : product);
    }
    Value each = context.op("ExpandDims", Map.of(), List.of(query, Attrs.scalar(-2)));
    Value other = context.op("ExpandDims", Map.of(), List.of(key, Attrs.scalar(-3)));
    Value sum = context.op("AddV2", Map.of(), List.of(each, other));
    if (mode.equals("concat") && isScaled) {
      sum = times(sum, 0, "scale", context);
    }
    Value wave = context.op("Tanh", Map.of(), List.of(sum));
    if (isAdditive && isScaled) {
      wave = times(wave, 0, "scale", context);
    }
    Value all =
        context.op(
            "Sum", Map.of("keep_dims", Attrs.of(false)), List.of(wave, Attrs.vector(List.of(-1L))));
    return (Held)
        (mode.equals("concat")
            ? times(all, isScaled ? 1 : 0, "concat_score_weight", context)
            : all);
  }

  private static Value times(Value x, int index, String what, LayerContext context) {
    return context.op("Mul", Map.of(), List.of(x, Attrs.weight(context.weight(index, what))));
  }
}

package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code keras/src/layers/attention}, without heads. */
final class Attentions {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "Attention", call -> ofScores(call, false),
          "AdditiveAttention", call -> ofScores(call, true));

  private Attentions() {}

  private static List<SymbolicTensor> ofScores(LayerCall call, boolean isAdditive) {
    Ops ops = call.ops();
    SymbolicTensor query = call.inputs().get(0);
    SymbolicTensor value = call.inputs().get(1);
    SymbolicTensor key = call.inputs().size() > 2 ? call.inputs().get(2) : value;
    SymbolicTensor scores = isAdditive ? additive(call, query, key) : multiplied(call, query, key);
    List<SymbolicTensor> masks = new ArrayList<>();
    call.building().mask(value).ifPresent(m -> masks.add(ops.expand(m, 1)));
    if (HeadAttentions.isAsked(call, "use_causal_mask") || call.settings().flag(false, "causal")) {
      masks.add(HeadAttentions.causal(ops, query.extent(-2), value.extent(-2)));
    }
    Optional<SymbolicTensor> mask = masks.stream().reduce(ops::and);
    if (mask.isPresent()) {
      SymbolicTensor isHidden = ops.cast(ops.not(mask.get()), scores.dtype());
      scores = ops.sub(scores, ops.mul(isHidden, 1e9));
    }
    SymbolicTensor all = ops.softmax(scores, -1);
    SymbolicTensor weights =
        Regularizations.dropped(call, all, call.settings().number(0, "dropout"), all.shape());
    SymbolicTensor y = ops.one("BatchMatMulV2", weights, value);
    Optional<SymbolicTensor> ofQuery = call.building().mask(query);
    if (ofQuery.isPresent()) {
      y = ops.mul(y, ops.cast(ops.expand(ofQuery.get(), 2), y.dtype()));
      call.building().mask(y, ofQuery.get());
    }
    return HeadAttentions.isAsked(call, "return_attention_scores")
        ? List.of(y, weights)
        : List.of(y);
  }

  private static SymbolicTensor multiplied(
      LayerCall call, SymbolicTensor query, SymbolicTensor key) {
    Ops ops = call.ops();
    boolean isScaled = call.settings().flag(false, "use_scale");
    String mode = call.settings().text("dot", "score_mode");
    if (mode.equals("concat")) {
      SymbolicTensor sum = sum(ops, query, key);
      SymbolicTensor wave = ops.one("Tanh", isScaled ? ops.mul(sum, call.weight(0)) : sum);
      SymbolicTensor all = ops.reduce("Sum", wave, List.of(sum.rank() - 1), false);
      return ops.mul(all, call.weight(isScaled ? 1 : 0));
    }
    if (!mode.equals("dot")) {
      throw call.missing("with score_mode " + mode);
    }
    SymbolicTensor scores = ops.einsum("...qd,...kd->...qk", query, key);
    return isScaled ? ops.mul(scores, call.weight(0)) : scores;
  }

  private static SymbolicTensor additive(LayerCall call, SymbolicTensor query, SymbolicTensor key) {
    Ops ops = call.ops();
    SymbolicTensor wave = ops.one("Tanh", sum(ops, query, key));
    SymbolicTensor scaled =
        call.settings().flag(true, "use_scale") ? ops.mul(wave, call.weight(0)) : wave;
    return ops.reduce("Sum", scaled, List.of(wave.rank() - 1), false);
  }

  /** Every query and every key. */
  private static SymbolicTensor sum(Ops ops, SymbolicTensor query, SymbolicTensor key) {
    return ops.add(ops.expand(query, query.rank() - 1), ops.expand(key, key.rank() - 2));
  }
}

package io.github.tf2torch.verify.reference;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code keras/src/layers/attention}. */
final class Attentions {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "MultiHeadAttention", Attentions::ofManyHeads,
          "Attention", call -> ofScores(call, false),
          "AdditiveAttention", call -> ofScores(call, true));

  private Attentions() {}

  private static List<SymbolicTensor> ofManyHeads(LayerCall call) {
    Ops ops = call.ops();
    Settings settings = call.settings();
    SymbolicTensor query = argument(call, 0, "query").orElseThrow();
    SymbolicTensor value =
        argument(call, 1, "value").orElseThrow(() -> call.missing("without a value"));
    SymbolicTensor key = argument(call, 2, "key").orElse(value);
    if (query.rank() != 3 || settings.has("sliding_window") || settings.flag(false, "use_gate")) {
      throw call.missing("with several attention axes, a gate or a window");
    }
    if (call.isTraining() && settings.number(0, "dropout") > 0) {
      throw call.missing("with dropout, in training");
    }
    int step = CoreLayers.usesBias(call) ? 2 : 1;
    SymbolicTensor q = projected(call, query, 0);
    SymbolicTensor k = projected(call, key, step);
    SymbolicTensor v = projected(call, value, 2 * step);
    SymbolicTensor scaled = ops.mul(q, 1 / Math.sqrt(q.extent(-1)));
    SymbolicTensor scores = ops.einsum("bsnh,btnh->bnts", k, scaled);
    Optional<SymbolicTensor> mask = mask(call, query, value, key);
    if (mask.isPresent()) {
      SymbolicTensor ofHeads = ops.expand(mask.get(), 1);
      scores = ops.where(ofHeads, scores, ops.number(-1e9, scores));
    }
    SymbolicTensor weights = ops.softmax(scores, -1);
    SymbolicTensor mixed = ops.einsum("bnts,bsnh->btnh", weights, v);
    SymbolicTensor y = ops.einsum("btnh,nho->bto", mixed, call.weight(3 * step));
    if (step == 2) {
      y = ops.add(y, call.weight(3 * step + 1));
    }
    return isAsked(call, "return_attention_scores") ? List.of(y, weights) : List.of(y);
  }

  private static SymbolicTensor projected(LayerCall call, SymbolicTensor x, int weight) {
    SymbolicTensor y = call.ops().einsum("bti,inh->btnh", x, call.weight(weight));
    return CoreLayers.usesBias(call) ? call.ops().add(y, call.weight(weight + 1)) : y;
  }

  private static boolean isAsked(LayerCall call, String argument) {
    return call.arguments().settings().flag(false, argument);
  }

  private static Optional<SymbolicTensor> argument(LayerCall call, int index, String name) {
    Optional<SymbolicTensor> named =
        Optional.ofNullable(call.arguments().tensors().get(name)).map(t -> t.get(0));
    return named.or(
        () ->
            index < call.inputs().size()
                ? Optional.of(call.inputs().get(index))
                : Optional.empty());
  }

  /** Of shape (batch, queries, values); all that is known together. */
  private static Optional<SymbolicTensor> mask(
      LayerCall call, SymbolicTensor query, SymbolicTensor value, SymbolicTensor key) {
    Ops ops = call.ops();
    List<SymbolicTensor> all = new ArrayList<>();
    call.building().mask(query).ifPresent(m -> all.add(ops.expand(m, 2)));
    call.building().mask(value).ifPresent(m -> all.add(ops.expand(m, 1)));
    if (!key.equals(value)) {
      call.building().mask(key).ifPresent(m -> all.add(ops.expand(m, 1)));
    }
    if (isAsked(call, "use_causal_mask")) {
      all.add(causal(ops, query.extent(1), value.extent(1)));
    }
    argument(call, 9, "attention_mask").ifPresent(m -> all.add(ops.cast(m, DType.BOOL)));
    return all.stream().reduce(ops::and);
  }

  private static SymbolicTensor causal(Ops ops, long queries, long values) {
    long[] lower = new long[Math.toIntExact(queries * values)];
    for (int i = 0; i < lower.length; i++) {
      lower[i] = i % values <= i / values ? 1 : 0;
    }
    return ops.constant(TensorValue.ofLongs(DType.BOOL, Shape.of(1, queries, values), lower));
  }

  private static List<SymbolicTensor> ofScores(LayerCall call, boolean isAdditive) {
    Ops ops = call.ops();
    SymbolicTensor query = call.inputs().get(0);
    SymbolicTensor value = call.inputs().get(1);
    SymbolicTensor key = call.inputs().size() > 2 ? call.inputs().get(2) : value;
    if (call.isTraining() && call.settings().number(0, "dropout") > 0) {
      throw call.missing("with dropout, in training");
    }
    SymbolicTensor scores = isAdditive ? additive(call, query, key) : multiplied(call, query, key);
    List<SymbolicTensor> masks = new ArrayList<>();
    call.building().mask(value).ifPresent(m -> masks.add(ops.expand(m, 1)));
    if (isAsked(call, "use_causal_mask") || call.settings().flag(false, "causal")) {
      masks.add(causal(ops, query.extent(1), value.extent(1)));
    }
    Optional<SymbolicTensor> mask = masks.stream().reduce(ops::and);
    if (mask.isPresent()) {
      SymbolicTensor isHidden = ops.cast(ops.not(mask.get()), scores.dtype());
      scores = ops.sub(scores, ops.mul(isHidden, 1e9));
    }
    SymbolicTensor weights = ops.softmax(scores, -1);
    SymbolicTensor y = ops.one("BatchMatMulV2", weights, value);
    Optional<SymbolicTensor> ofQuery = call.building().mask(query);
    if (ofQuery.isPresent()) {
      y = ops.mul(y, ops.cast(ops.expand(ofQuery.get(), 2), y.dtype()));
      call.building().mask(y, ofQuery.get());
    }
    return isAsked(call, "return_attention_scores") ? List.of(y, weights) : List.of(y);
  }

  private static SymbolicTensor multiplied(
      LayerCall call, SymbolicTensor query, SymbolicTensor key) {
    Ops ops = call.ops();
    if (!call.settings().text("dot", "score_mode").equals("dot")) {
      throw call.missing("with score_mode " + call.settings().text("", "score_mode"));
    }
    SymbolicTensor scores = ops.einsum("bqd,bkd->bqk", query, key);
    return call.settings().flag(false, "use_scale") ? ops.mul(scores, call.weight(0)) : scores;
  }

  private static SymbolicTensor additive(LayerCall call, SymbolicTensor query, SymbolicTensor key) {
    Ops ops = call.ops();
    SymbolicTensor sum = ops.one("Tanh", ops.add(ops.expand(query, 2), ops.expand(key, 1)));
    SymbolicTensor scaled =
        call.settings().flag(true, "use_scale") ? ops.mul(sum, call.weight(0)) : sum;
    return ops.reduce("Sum", scaled, List.of(3), false);
  }
}

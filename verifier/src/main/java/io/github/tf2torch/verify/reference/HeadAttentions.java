package io.github.tf2torch.verify.reference;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code multi_head_attention.py} and {@code grouped_query_attention.py}, by the equations that
 * Keras builds.
 */
final class HeadAttentions {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "MultiHeadAttention", call -> new HeadAttentions(call, false).outputs(),
          "GroupQueryAttention", call -> new HeadAttentions(call, true).outputs(),
          "GroupedQueryAttention", call -> new HeadAttentions(call, true).outputs());

  private final LayerCall call;
  private final Ops ops;
  private final boolean isGrouped;
  private final SymbolicTensor query;
  private final SymbolicTensor value;
  private final SymbolicTensor key;
  private final List<Integer> axes;
  private final boolean isGated;
  private int next;

  private HeadAttentions(LayerCall call, boolean isGrouped) {
    this.call = call;
    this.ops = call.ops();
    this.isGrouped = isGrouped;
    this.query = argument(0, "query").orElseThrow();
    this.value = argument(1, "value").orElseThrow(() -> call.missing("without a value"));
    this.key = argument(2, "key").orElse(value);
    this.axes =
        call.settings()
            .get("attention_axes")
            .map(Settings::wholesOf)
            .map(all -> all.stream().map(Long::intValue).toList())
            .orElseGet(() -> IntStream.range(1, query.rank() - 1).boxed().toList());
    this.isGated = call.settings().flag(false, "use_gate");
  }

  static boolean isAsked(LayerCall call, String argument) {
    return call.arguments().settings().flag(false, argument);
  }

  private List<SymbolicTensor> outputs() {
    Settings settings = call.settings();
    double rate = settings.number(0, "dropout");
    SymbolicTensor q = projected(query);
    SymbolicTensor k = projected(key);
    Optional<SymbolicTensor> gate =
        isGated ? Optional.of(ops.one("Sigmoid", projected(query))) : Optional.empty();
    SymbolicTensor v = projected(value);
    if (isGrouped) {
      long times = q.extent(2) / k.extent(2);
      k = ops.repeat(k, 2, times);
      v = ops.repeat(v, 2, times);
    }
    String target = letters('b');
    String source = letters('p');
    StringBuilder scores = new StringBuilder("a");
    for (int i = 1; i < query.rank() - 1; i++) {
      scores.append(axes.contains(i) ? "" : target.substring(i, i + 1));
    }
    scores.append('n');
    axes.forEach(i -> scores.append(target.charAt(i)));
    axes.forEach(i -> scores.append(source.charAt(i)));
    SymbolicTensor scaled = ops.mul(q, 1 / Math.sqrt(q.extent(-1)));
    SymbolicTensor logits = ops.einsum(source + "nh," + target + "nh->" + scores, k, scaled);
    boolean isAsked = isAsked(call, "return_attention_scores");
    boolean zeroesHidden = isAsked || rate > 0 || q.rank() != 4;
    SymbolicTensor weights = weights(logits, zeroesHidden);
    SymbolicTensor dropped = Regularizations.dropped(call, weights, rate, weights.shape());
    SymbolicTensor y = ops.einsum(scores + "," + source + "nh->" + target + "nh", dropped, v);
    if (gate.isPresent()) {
      y = ops.mul(y, gate.get());
    }
    SymbolicTensor result = joined(y);
    takeMasks(result);
    return isAsked ? List.of(result, weights) : List.of(result);
  }

  /** Axes that are not attended along are shared by query, key and value. */
  private String letters(char own) {
    StringBuilder all = new StringBuilder("a");
    for (int i = 1; i < query.rank() - 1; i++) {
      all.append((char) ((axes.contains(i) ? own : 'u') + i));
    }
    return all.toString();
  }

  /** Keras 3's {@code MultiHeadAttention.call} takes the masks from what it was given. */
  private void takeMasks(SymbolicTensor answer) {
    Optional<SymbolicTensor> mask = call.building().mask(query);
    if (call.building().version().major() >= 3
        && call.layer().className().equals("MultiHeadAttention")) {
      List.of(query, key, value).forEach(call.building()::unmask);
    }
    mask.ifPresent(m -> call.building().mask(answer, m));
  }

  private SymbolicTensor projected(SymbolicTensor x) {
    SymbolicTensor y = ops.einsum("...y,ynh->...nh", x, call.weight(next++));
    return CoreLayers.usesBias(call) ? ops.add(y, call.weight(next++)) : y;
  }

  private SymbolicTensor joined(SymbolicTensor heads) {
    SymbolicTensor kernel = call.weight(next++);
    String result = "opq".substring(0, kernel.rank() - 2);
    SymbolicTensor y = ops.einsum("...nh,nh" + result + "->..." + result, heads, kernel);
    return CoreLayers.usesBias(call) ? ops.add(y, call.weight(next)) : y;
  }

  /** The layer Softmax zeroes what is hidden; {@code dot_product_attention} leaves it as it is. */
  private SymbolicTensor weights(SymbolicTensor logits, boolean zeroesHidden) {
    Optional<SymbolicTensor> mask = mask();
    if (mask.isEmpty()) {
      return softmax(logits);
    }
    SymbolicTensor ofHeads = mask.get();
    while (ofHeads.rank() < logits.rank()) {
      ofHeads = ops.expand(ofHeads, ofHeads.rank() - 2 * axes.size());
    }
    SymbolicTensor weights = softmax(ops.where(ofHeads, logits, ops.number(-1e9, logits)));
    return zeroesHidden ? ops.where(ofHeads, weights, ops.number(0, weights)) : weights;
  }

  private SymbolicTensor softmax(SymbolicTensor logits) {
    if (axes.size() == 1) {
      return ops.softmax(logits, -1);
    }
    List<Long> shape = logits.shape().dims();
    List<Long> flat = new ArrayList<>(shape.subList(0, shape.size() - axes.size()));
    flat.add(-1L);
    return ops.reshape(ops.softmax(ops.reshape(logits, flat), -1), shape);
  }

  private Optional<SymbolicTensor> argument(int index, String name) {
    Optional<SymbolicTensor> named =
        Optional.ofNullable(call.arguments().tensors().get(name)).map(t -> t.get(0));
    return named.or(
        () ->
            index < call.inputs().size()
                ? Optional.of(call.inputs().get(index))
                : Optional.empty());
  }

  /** Of shape (batch, queries, values) or with heads; all that is known together. */
  private Optional<SymbolicTensor> mask() {
    List<SymbolicTensor> all = new ArrayList<>();
    call.building().mask(query).ifPresent(m -> all.add(ops.expand(m, 2)));
    call.building().mask(value).ifPresent(m -> all.add(ops.expand(m, 1)));
    if (!key.equals(value)) {
      call.building().mask(key).ifPresent(m -> all.add(ops.expand(m, 1)));
    }
    if (isAsked(call, "use_causal_mask")) {
      all.add(causal(ops, query.extent(1), value.extent(1)));
    }
    call.settings()
        .get("sliding_window")
        .map(Settings::wholeOf)
        .ifPresent(w -> all.add(window(query.extent(1), value.extent(1), w)));
    if (axes.size() > 1 && !all.isEmpty()) {
      throw call.missing("along several axes with a mask of steps");
    }
    Optional.ofNullable(call.arguments().tensors().get("attention_mask"))
        .ifPresent(m -> all.add(ops.cast(m.get(0), DType.BOOL)));
    return all.stream().reduce(ops::and);
  }

  static SymbolicTensor causal(Ops ops, long queries, long values) {
    long[] lower = new long[Math.toIntExact(queries * values)];
    Arrays.setAll(lower, i -> i % values <= i / values ? 1 : 0);
    return ops.constant(TensorValue.ofLongs(DType.BOOL, Shape.of(1, queries, values), lower));
  }

  private SymbolicTensor window(long queries, long values, long width) {
    long[] band = new long[Math.toIntExact(queries * values)];
    Arrays.setAll(band, i -> Math.abs(i % values - i / values) < width ? 1 : 0);
    return ops.constant(TensorValue.ofLongs(DType.BOOL, Shape.of(1, queries, values), band));
  }
}

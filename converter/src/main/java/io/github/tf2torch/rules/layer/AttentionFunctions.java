package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@code keras.ops.dot_product_attention}: tensors of batch, places, heads and depth. */
final class AttentionFunctions {
  static final Map<String, FunctionRule> TABLE =
      Map.of("DotProductAttention", AttentionFunctions::attended);

  private static final List<Long> HEADS_FIRST = List.of(0L, 2L, 1L, 3L);

  /** {@code _get_large_negative} of keras/src/backend/tensorflow/nn.py. */
  private static final double HIDDEN = -0.7 * Float.MAX_VALUE;

  private AttentionFunctions() {}

  private static Value attended(Settings options, LayerContext context) {
    Operands.requireFloatingInputs(context);
    List<Held> all = context.inputs().subList(0, Math.min(3, context.inputs().size()));
    if (all.size() != 3 || all.stream().anyMatch(t -> t.type().rank() != 4)) {
      throw context.unsupported("is called without queries, keys and values of rank 4");
    }
    GraphOps ops = new GraphOps(context);
    long heads = all.get(0).type().dims().extent(2);
    Value q = ops.transpose(all.get(0), HEADS_FIRST);
    Value k = ops.transpose(repeated(all.get(1), heads, context), HEADS_FIRST);
    Value v = ops.transpose(repeated(all.get(2), heads, context), HEADS_FIRST);
    boolean isCausal = options.flag(false, "is_causal");
    boolean isPlain =
        !context.arguments().has("scale")
            && given("bias", context).isEmpty()
            && given("mask", context).isEmpty();
    Value y =
        isPlain
            ? fused((Held) q, (Held) k, (Held) v, isCausal, context)
            : stepwise((Held) q, (Held) k, v, isCausal, context);
    return ops.transpose(y, HEADS_FIRST);
  }

  private static Optional<Value> given(String name, LayerContext context) {
    Optional<Value> tensor = context.argument(name).map(t -> t);
    return tensor.or(
        () -> context.arguments().get(name).flatMap(stored -> StoredTensor.of(stored, context)));
  }

  /** Fewer heads of keys serve as many queries each. */
  private static Value repeated(Held x, long heads, LayerContext context) {
    long own = x.type().dims().extent(2);
    if (own == heads) {
      return x;
    }
    if (own < 1 || heads % own != 0) {
      throw context.unsupported("has " + heads + " heads of queries and " + own + " of keys");
    }
    List<Long> places = IntStream.range(0, (int) heads).mapToObj(i -> i / (heads / own)).toList();
    return new GraphOps(context).gather(x, places, 2);
  }

  private static Value fused(Held q, Held k, Held v, boolean isCausal, LayerContext context) {
    List<Expr> arguments = new ArrayList<>();
    for (Held each : List.of(q, k, v)) {
      arguments.add(context.inOrder(each, AxisOrder.identity(4)).expr());
    }
    if (isCausal) {
      arguments.addAll(
          List.of(new Expr.NoneLiteral(), new Expr.FloatLiteral(0), new Expr.BoolLiteral(true)));
    }
    List<Long> extents = new ArrayList<>(q.type().dims().extents());
    extents.set(3, v.type().dims().extent(3));
    return context.assign(
        "attention",
        new Expr.Aten("scaled_dot_product_attention", arguments),
        TensorType.plain(q.type().dtype(), new Dims(extents)));
  }

  private static Value stepwise(Held q, Held k, Value v, boolean isCausal, LayerContext context) {
    GraphOps ops = new GraphOps(context);
    float usual = (float) (1 / Math.sqrt(q.type().dims().extent(3)));
    Value keys = ops.transpose(k, List.of(0L, 1L, 3L, 2L));
    Value scores =
        ops.mul(
            ops.one("BatchMatMulV2", q, keys),
            Attrs.number(context.arguments().number(usual, "scale")));
    Optional<Value> bias = given("bias", context);
    if (bias.isPresent()) {
      scores = ops.add(scores, bias.get());
    }
    Optional<Value> mask = given("mask", context);
    if (mask.isPresent()) {
      scores = ops.where(mask.get(), scores, ops.number(HIDDEN));
    }
    if (isCausal) {
      scores = ops.where(earlier(q, k, context), scores, ops.number(HIDDEN));
    }
    return ops.one("BatchMatMulV2", ops.one("Softmax", scores), v);
  }

  /** True where a key is not behind the query. */
  private static Value earlier(Held q, Held k, LayerContext context) {
    int rows = (int) AxisFunctions.known(q, 2, context);
    int columns = (int) AxisFunctions.known(k, 2, context);
    long[] seen =
        IntStream.range(0, rows * columns)
            .mapToLong(i -> i % columns <= i / columns ? 1 : 0)
            .toArray();
    TensorValue value =
        TensorValue.filled(
            DType.BOOL,
            Shape.of(rows, columns),
            buffer -> java.util.Arrays.stream(seen).forEach(s -> buffer.put((byte) s)));
    return Attrs.weight(new TensorExpr.Constant(context.name() + "/earlier", value));
  }
}

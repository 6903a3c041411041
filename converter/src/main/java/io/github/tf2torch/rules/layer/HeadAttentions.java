package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.Linear;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * MultiHeadAttention and GroupQueryAttention: a Linear for each projection, and {@code
 * F.scaled_dot_product_attention} between them.
 */
public final class HeadAttentions implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    new Heads(context, layer.className().startsWith("Group")).translate();
  }

  private static final class Heads {
    private final LayerContext context;
    private final Settings settings;
    private final boolean isGrouped;
    private final Held asking;
    private final Held query;
    private final List<Integer> axes;
    private int next;
    private long heads;

    Heads(LayerContext context, boolean isGrouped) {
      this.context = context;
      this.settings = context.settings();
      this.isGrouped = isGrouped;
      this.asking = argument(0, "query");
      this.query = plain(asking);
      int rank = query.type().rank();
      this.axes =
          settings
              .get("attention_axes")
              .map(Settings::wholes)
              .map(all -> all.stream().map(Long::intValue).toList())
              .orElseGet(() -> IntStream.range(1, rank - 1).boxed().toList());
      if (axes.stream().anyMatch(a -> a < 1 || a >= rank - 1)) {
        throw context.unsupported("has attention_axes " + axes);
      }
    }

    void translate() {
      List<Held> attended = new ArrayList<>(List.of(asking, argument(1, "value")));
      Held value = plain(attended.get(1));
      boolean hasKey = context.argument("key").isPresent() || context.inputs().size() > 2;
      if (hasKey) {
        attended.add(argument(2, "key"));
      }
      Held key = hasKey ? plain(attended.get(2)) : value;
      Held q = heads(projected(query, "query"));
      Held k = heads(projected(key, "key"));
      boolean isGated = settings.flag(false, "use_gate");
      Value gate =
          isGated
              ? context.op("Sigmoid", Map.of(), List.of(projected(query, "gate")))
              : Attrs.number(1);
      Held v = heads(projected(value, "value"));
      if (isGrouped) {
        k = repeated(k, q);
        v = repeated(v, q);
      }
      boolean isCausal = context.arguments().flag(false, "use_causal_mask");
      boolean isScored = context.arguments().flag(false, "return_attention_scores");
      float dropout = context.isForInference() ? 0 : settings.number(0, "dropout");
      AttentionMask mask =
          AttentionMask.of(
              context, axes.size(), isCausal, settings.whole(0, "sliding_window"), attended);
      // the layer Softmax zeroes rows that are hidden wholly, dot_product_attention does not
      boolean zeroesHidden =
          isScored || settings.number(0, "dropout") > 0 || query.type().rank() != 3;
      ScaledAttention attention = new ScaledAttention(context, mask, dropout, zeroesHidden);
      List<Held> both = attention.of(q, k, v, isScored);
      Held together = joined(both.get(0));
      if (isGated) {
        together = (Held) context.op("Mul", Map.of(), List.of(together, gate));
      }
      Held answer = answered(together);
      context.output(0, answer);
      // Layer.__call__ passes on the mask of the first argument alone, and Keras 3's
      // MultiHeadAttention.call takes the masks from what it was given
      Optional<Held> ofQuery = context.maskOf(asking);
      if (!isGrouped && context.version().major() >= 3) {
        attended.forEach(context::unmask);
      }
      ofQuery.ifPresent(m -> context.mask(answer, m));
      if (isScored) {
        context.output(1, scores(both.get(1), key));
      }
    }

    private Held argument(int index, String name) {
      return context
          .argument(name)
          .or(
              () ->
                  index < context.inputs().size()
                      ? Optional.of(context.inputs().get(index))
                      : Optional.empty())
          .orElseThrow(() -> context.unsupported("is called without a " + name));
    }

    private Held plain(Held x) {
      return context.inOrder(x, AxisOrder.identity(x.type().rank()));
    }

    /** Of shape (batch, ..., heads * depth). */
    private Held projected(Held x, String part) {
      TensorExpr kernel = context.weight(next++, part + " kernel");
      heads = kernel.shape().dim(1);
      return linear(x, kernel, 1, part);
    }

    /**
     * @param in how many of the kernel's axes are the input's
     */
    private Held linear(Held input, TensorExpr kernel, int in, String part) {
      List<Long> dims = kernel.shape().dims();
      long from = product(dims.subList(0, in));
      long to = product(dims.subList(in, dims.size()));
      TensorExpr matrix = new TensorExpr.Reshape(kernel, Shape.of(from, to));
      Map<String, TensorExpr> tensors = new HashMap<>();
      tensors.put("weight", new TensorExpr.Permute(matrix, List.of(1, 0)));
      if (settings.flag(true, "use_bias")) {
        TensorExpr bias = context.weight(next++, part + " bias");
        boolean isFlat = bias.shape().rank() == 1;
        tensors.put("bias", isFlat ? bias : new TensorExpr.Reshape(bias, Shape.of(to)));
      }
      Held x = context.unflattened(input);
      List<Long> extents = new ArrayList<>(x.type().dims().extents());
      extents.set(extents.size() - 1, to);
      Linear module = new Linear(from, to, tensors.containsKey("bias"), kernel.dtype());
      return context.call(
          new ModuleCall(module, tensors, part),
          x,
          TensorType.plain(x.type().dtype(), new Dims(extents)));
    }

    private static long product(List<Long> extents) {
      return extents.stream().reduce(1L, Math::multiplyExact);
    }

    /** To (batch, others, heads, attended, depth), the attended axes as one. */
    private Held heads(Held x) {
      List<Long> extents = new ArrayList<>(x.type().dims().extents());
      long wide = extents.remove(extents.size() - 1);
      extents.add(heads);
      extents.add(wide / heads);
      Held apart =
          context.assign(
              "heads",
              Expr.aten(
                  "unflatten",
                  x.expr(),
                  new Expr.IntLiteral(-1),
                  Expr.ints(List.of(heads, wide / heads))),
              TensorType.plain(x.type().dtype(), new Dims(extents)));
      Held turned =
          (Held) context.op("Transpose", Map.of(), List.of(apart, Attrs.vector(turned())));
      return axes.size() == 1 ? turned(turned) : flattened(turned(turned));
    }

    private Held turned(Held x) {
      return context.inOrder(x, AxisOrder.identity(x.type().rank()));
    }

    /** Which axes of (batch, ..., heads, depth) come where. */
    private List<Long> turned() {
      int rank = query.type().rank() + 1;
      List<Long> order = new ArrayList<>(List.of(0L));
      others().forEach(a -> order.add((long) a));
      order.add(rank - 2L);
      axes.forEach(a -> order.add((long) a));
      order.add(rank - 1L);
      return order;
    }

    private List<Integer> others() {
      return IntStream.range(1, query.type().rank() - 1)
          .filter(a -> !axes.contains(a))
          .boxed()
          .toList();
    }

    private Held flattened(Held x) {
      List<Long> extents = new ArrayList<>(x.type().dims().extents());
      int first = extents.size() - 1 - axes.size();
      long all = 1;
      for (int i = 0; i < axes.size(); i++) {
        long extent = extents.remove(first);
        all = all < 0 || extent < 0 ? -1 : all * extent;
      }
      extents.add(first, all);
      return context.assign(
          "heads",
          Expr.aten(
              "flatten",
              x.expr(),
              new Expr.IntLiteral(first),
              new Expr.IntLiteral(first + axes.size() - 1L)),
          TensorType.plain(x.type().dtype(), new Dims(extents)));
    }

    private Held repeated(Held x, Held q) {
      long times = q.type().dims().extent(1) / x.type().dims().extent(1);
      if (times == 1) {
        return x;
      }
      List<Long> extents = new ArrayList<>(x.type().dims().extents());
      extents.set(1, extents.get(1) * times);
      return context.assign(
          "heads",
          Expr.aten(
              "repeat_interleave", x.expr(), new Expr.IntLiteral(times), new Expr.IntLiteral(1)),
          x.type().withDims(new Dims(extents)));
    }

    /** Back to (batch, ..., heads * depth). */
    private Held joined(Held y) {
      Held x = unflattened(y, y.type().rank() - 2, extents(query));
      List<Long> order = turned();
      List<Long> back = new ArrayList<>(order);
      IntStream.range(0, order.size()).forEach(i -> back.set(order.get(i).intValue(), (long) i));
      Held placed =
          turned((Held) context.op("Transpose", Map.of(), List.of(x, Attrs.vector(back))));
      List<Long> extents = new ArrayList<>(placed.type().dims().extents());
      long depth = extents.remove(extents.size() - 1);
      extents.add(depth * extents.remove(extents.size() - 1));
      return context.assign(
          "joined",
          Expr.aten("flatten", placed.expr(), new Expr.IntLiteral(-2)),
          TensorType.plain(placed.type().dtype(), new Dims(extents)));
    }

    private List<Long> extents(Held x) {
      return axes.stream().map(a -> x.type().dims().extent(a)).toList();
    }

    private Held unflattened(Held x, int axis, List<Long> into) {
      if (axes.size() == 1) {
        return x;
      }
      if (into.contains(-1L)) {
        throw context.unsupported("attends along several axes of unknown extent");
      }
      List<Long> extents = new ArrayList<>(x.type().dims().extents());
      extents.remove(axis);
      extents.addAll(axis, into);
      return context.assign(
          "heads",
          Expr.aten("unflatten", x.expr(), new Expr.IntLiteral(axis), Expr.ints(into)),
          TensorType.plain(x.type().dtype(), new Dims(extents)));
    }

    private Held scores(Held scores, Held key) {
      int last = scores.type().rank() - 1;
      return unflattened(unflattened(scores, last, extents(key)), last - 1, extents(query));
    }

    private Held answered(Held x) {
      TensorExpr kernel = context.weight(next++, "output kernel");
      List<Long> into = kernel.shape().dims().subList(2, kernel.shape().rank());
      Held y = linear(x, kernel, 2, "output");
      if (into.size() == 1) {
        return y;
      }
      List<Long> extents = new ArrayList<>(y.type().dims().extents());
      extents.remove(extents.size() - 1);
      extents.addAll(into);
      return context.assign(
          "output",
          Expr.aten("unflatten", y.expr(), new Expr.IntLiteral(-1), Expr.ints(into)),
          TensorType.plain(y.type().dtype(), new Dims(extents)));
    }
  }
}

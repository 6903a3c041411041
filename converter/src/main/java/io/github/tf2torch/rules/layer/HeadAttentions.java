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
    private final HeadAxes axes;
    private int next;

    Heads(LayerContext context, boolean isGrouped) {
      this.context = context;
      this.settings = context.settings();
      this.isGrouped = isGrouped;
      this.asking = argument(0, "query");
      this.query = plain(asking);
      this.axes = HeadAxes.of(context, query);
    }

    void translate() {
      List<Held> attended = new ArrayList<>(List.of(asking, argument(1, "value")));
      Held value = plain(attended.get(1));
      boolean hasKey = context.argument("key").isPresent() || context.inputs().size() > 2;
      if (hasKey) {
        attended.add(argument(2, "key"));
      }
      Held key = hasKey ? plain(attended.get(2)) : value;
      Held q = heads(query, "query");
      Held k = heads(key, "key");
      boolean isGated = settings.flag(false, "use_gate");
      Value gate =
          isGated
              ? context.op("Sigmoid", Map.of(), List.of(linear(query, kernel("gate"), 1, "gate")))
              : Attrs.number(1);
      Held v = heads(value, "value");
      if (isGrouped) {
        k = repeated(k, q);
        v = repeated(v, q);
      }
      boolean isCausal = context.arguments().flag(false, "use_causal_mask");
      boolean isScored = context.arguments().flag(false, "return_attention_scores");
      float dropout = context.isForInference() ? 0 : settings.number(0, "dropout");
      AttentionMask mask =
          AttentionMask.of(
              context,
              axes.attended().size(),
              isCausal,
              settings.whole(0, "sliding_window"),
              attended);
      // the layer Softmax zeroes rows that are hidden wholly, dot_product_attention does not
      boolean zeroesHidden =
          isScored || settings.number(0, "dropout") > 0 || query.type().rank() != 3;
      ScaledAttention attention = new ScaledAttention(context, mask, dropout, zeroesHidden);
      List<Held> both = attention.of(q, k, v, isScored);
      Held together = axes.joined(both.get(0));
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
        context.output(1, axes.scores(both.get(1), key));
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

    /** Of shape (batch, others, heads, attended, depth). */
    private Held heads(Held x, String part) {
      TensorExpr kernel = kernel(part);
      return axes.apart(linear(x, kernel, 1, part), kernel.shape().dim(1));
    }

    private TensorExpr kernel(String part) {
      return context.weight(next++, part + " kernel");
    }

    /**
     * The kernel's axes behind those of the input as one, with the bias.
     *
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

    private Held answered(Held x) {
      TensorExpr kernel = kernel("output");
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

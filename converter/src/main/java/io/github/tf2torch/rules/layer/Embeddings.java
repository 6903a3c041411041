package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.Embedding;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Embedding; with {@code mask_zero}, what follows is told where the index is not 0. */
public final class Embeddings implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Embedding", "ReversibleEmbedding");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (context.settings().has("lora_rank") || context.settings().has("quantization_mode")) {
      throw context.unsupported("is quantized or has lora_rank; merge it before it is saved");
    }
    if (context.arguments().flag(false, "reverse")) {
      context.output(reversed(context));
      return;
    }
    int rank = context.input().type().rank();
    Held x = context.inOrder(context.input(), AxisOrder.identity(rank));
    if (x.type().dtype().isFloating()) {
      Expr whole = Expr.aten("to", x.expr(), new Expr.DTypeLiteral(DType.INT64));
      x = context.assign("indices", whole, x.type().withDtype(DType.INT64));
    }
    TensorExpr table = context.weight(0, "embeddings");
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.add(table.shape().dim(1));
    Held y = context.call(module(table), x, TensorType.plain(table.dtype(), new Dims(extents)));
    if (context.settings().flag(false, "mask_zero")) {
      context.mask(
          context.assign(
              "mask",
              Expr.aten("ne", x.expr(), new Expr.IntLiteral(0)),
              x.type().withDtype(DType.BOOL)));
    }
    context.output(y);
  }

  private static ModuleCall module(TensorExpr table) {
    Embedding module = new Embedding(table.shape().dim(0), table.shape().dim(1), table.dtype());
    return new ModuleCall(module, Map.of("weight", table), "embedding");
  }

  /** By the embedding's own weight, which is one parameter. */
  private static Held tied(LayerContext context) {
    TensorExpr table = context.weight(0, "embeddings");
    Held x = context.unflattened(context.input());
    x = context.inOrder(x, AxisOrder.identity(x.type().rank()));
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.set(extents.size() - 1, table.shape().dim(0));
    Held weight = context.parameter(module(table), "weight");
    return context.assign(
        "logits",
        Expr.aten("linear", x.expr(), weight.expr()),
        TensorType.plain(x.type().dtype(), new Dims(extents)));
  }

  /** ReversibleEmbedding's product with its own transpose, or with a kernel beside it. */
  private static Value reversed(LayerContext context) {
    Settings settings = context.settings();
    Value logits =
        settings.flag(true, "tie_weights")
            ? tied(context)
            : context.op(
                "BatchMatMulV2",
                Map.of("adj_y", new Attr.Bool(false)),
                List.of(context.input(), Attrs.weight(context.weight(1, "reverse embeddings"))));
    if (!settings.has("logit_soft_cap")) {
      return logits;
    }
    Value cap = Attrs.number(settings.number(1, "logit_soft_cap"));
    Value scaled = context.op("RealDiv", Map.of(), List.of(logits, cap));
    Value bounded = context.op("Tanh", Map.of(), List.of(scaled));
    return context.op("Mul", Map.of(), List.of(bounded, cap));
  }
}

package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.nn.Linear;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * MatMul and BatchMatMul: {@code nn.Linear} where the right side is a matrix of weights, its rows
 * in the order in which a flattened input enumerates them.
 */
public final class MatrixProduct implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3");
  }

  @Override
  public void translate(Node node, OpContext context) {
    boolean flipLeft = flag(node, "transpose_a", "adj_x");
    boolean flipRight = flag(node, "transpose_b", "adj_y");
    Optional<TensorExpr> kernel = context.weight(1).filter(k -> k.shape().rank() == 2);
    context.output(
        0,
        kernel.isPresent() && !flipLeft
            ? linear(node, kernel.get(), flipRight, context)
            : product(node, flipLeft, flipRight, context));
  }

  private static boolean flag(Node node, String matMul, String batchMatMul) {
    String attr = node.op().equals("MatMul") ? matMul : batchMatMul;
    return node.hasAttr(attr) && node.boolAttr(attr);
  }

  private static Held linear(Node node, TensorExpr stored, boolean isOutIn, OpContext context) {
    TensorExpr weightOi = isOutIn ? stored : Refolding.permute(stored, List.of(1, 0));
    Held x = context.held(0);
    Optional<Layout.Flattened> flattened = x.type().layout().flattened();
    if (flattened.isPresent()) {
      // over the stored kernel, so that the recipe reads as the flatten that it undoes
      weightOi =
          isOutIn
              ? Refolding.axis(stored, 1, flattened.get())
              : Refolding.permute(Refolding.axis(stored, 0, flattened.get()), List.of(1, 0));
    } else {
      x = context.held(0, AxisOrder.identity(x.type().rank()));
    }
    Map<String, TensorExpr> tensors = new HashMap<>();
    tensors.put("weight", weightOi);
    Convolution.bias(node, context).ifPresent(bias -> tensors.put("bias", bias));
    Linear module =
        new Linear(
            weightOi.shape().dim(1),
            weightOi.shape().dim(0),
            tensors.containsKey("bias"),
            weightOi.dtype());
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.set(extents.size() - 1, module.outFeatures());
    return context.call(
        new ModuleCall(module, tensors, "linear"),
        x,
        TensorType.plain(x.type().dtype(), new Dims(extents)));
  }

  private static Held product(Node node, boolean flipLeft, boolean flipRight, OpContext context) {
    Held left = side(0, flipLeft, context);
    Held right = side(1, flipRight, context);
    Dims a = left.type().dims();
    Dims b = right.type().dims();
    int rank = Math.max(a.rank(), b.rank());
    List<Long> extents = new ArrayList<>();
    for (int i = rank; i > 2; i--) {
      long one = a.rank() >= i ? a.extent(a.rank() - i) : 1;
      long other = b.rank() >= i ? b.extent(b.rank() - i) : 1;
      extents.add(one == 1 ? other : other == 1 ? one : Math.max(one, other));
    }
    extents.add(a.extent(a.rank() - 2));
    extents.add(b.extent(b.rank() - 1));
    Expr.Aten call = Expr.aten("matmul", left.expr(), right.expr());
    if (node.hasAttr("fused_bias")) {
      TensorExpr bias = Convolution.bias(node, context).orElseThrow();
      call = Expr.aten("add", call, context.attribute(bias).expr());
    }
    return context.assign("matmul", call, TensorType.plain(left.type().dtype(), new Dims(extents)));
  }

  /** One side in TensorFlow's order, its last two axes exchanged where the op says so. */
  private static Held side(int index, boolean flip, OpContext context) {
    int rank = context.dims(index).rank();
    Held value = context.unflattened(index);
    if (!flip) {
      return context.inOrder(value, AxisOrder.identity(rank));
    }
    List<Integer> flipped = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    java.util.Collections.swap(flipped, rank - 1, rank - 2);
    Held turned = context.inOrder(value, new AxisOrder(flipped));
    Dims dims = new Dims(flipped.stream().map(value.type().dims()::extent).toList());
    return new Held(turned.expr(), TensorType.plain(value.type().dtype(), dims));
  }
}

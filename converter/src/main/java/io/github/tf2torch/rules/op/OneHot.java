package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * OneHot. An index that is out of range gives no hot element, where {@code F.one_hot} would fail;
 * so the indices are compared with all that there are.
 */
public final class OneHot implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("OneHot");
  }

  @Override
  public void translate(Node node, OpContext context) {
    int rank = context.dims(0).rank();
    Held indices = context.held(0, AxisOrder.identity(rank));
    long depth = context.integers(1).get(0);
    long asked = node.intAttr("axis");
    int axis = Math.toIntExact(asked < 0 ? rank : asked);
    List<Long> extents = new ArrayList<>(indices.type().dims().extents());
    extents.add(axis, depth);
    Expr compared =
        Expr.aten(
            "eq",
            Expr.aten("unsqueeze", indices.expr(), new Expr.IntLiteral(axis)),
            choices(depth, rank - axis, context));
    DType dtype = context.dtype(2);
    TensorType type = TensorType.plain(dtype, new Dims(extents));
    boolean isPlain = isNumber(context.input(2), 1) && isNumber(context.input(3), 0);
    Expr result =
        isPlain
            ? Expr.aten("to", compared, new Expr.DTypeLiteral(dtype))
            : Expr.aten("where", compared, context.held(2).expr(), context.held(3).expr());
    context.output(0, context.assign("one_hot", result, type));
  }

  private static Expr choices(long depth, int axesAfter, OpContext context) {
    long[] all = LongStream.range(0, depth).toArray();
    List<Long> dims = new ArrayList<>(List.of(depth));
    dims.addAll(Collections.nCopies(axesAfter, 1L));
    TensorValue value = TensorValue.ofLongs(DType.INT64, new Shape(dims), all);
    return context.attribute(new TensorExpr.Constant("choices", value)).expr();
  }

  private static boolean isNumber(Value value, double wanted) {
    return value instanceof Value.Weight w
        && w.recipe() instanceof TensorExpr.Constant c
        && c.shape().count() == 1
        && c.value().doubleAt(0) == wanted;
  }
}

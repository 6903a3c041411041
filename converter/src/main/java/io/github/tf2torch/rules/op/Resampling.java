package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * ResizeBicubic and ScaleAndTranslate, whose kernels PyTorch doesn't have: each is a matrix of
 * weights for the rows and one for the columns, made at conversion.
 */
public final class Resampling implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("ResizeBicubic", "ScaleAndTranslate");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.CHANNELS_FIRST;
  }

  @Override
  public void translate(Node node, OpContext context) {
    AxisOrder order = AxisOrder.channelsFirst(4);
    Held x = context.held(0, order);
    List<Long> size = context.integers(1);
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    Expr rows = matrix(node, extents.get(1), size.get(0), "rows", context);
    Expr columns = matrix(node, extents.get(2), size.get(1), "columns", context);
    extents.set(1, size.get(0));
    extents.set(2, size.get(1));
    context.output(
        0,
        context.assign(
            "resized",
            Expr.aten("matmul", Expr.aten("matmul", rows, x.expr()), columns),
            new TensorType(DType.FLOAT32, new Dims(extents), order)));
  }

  private static Expr matrix(Node node, long from, long to, String name, OpContext context) {
    if (from < 0) {
      throw context.unsupported("images of unknown size, by a kernel that PyTorch doesn't have");
    }
    float[][] weights;
    if (node.op().equals("ResizeBicubic")) {
      if (!node.boolAttr("half_pixel_centers") || node.boolAttr("align_corners")) {
        throw context.unsupported("pixels that are not placed by their centres");
      }
      weights = SampleWeights.bicubic(from, to);
    } else {
      weights =
          SampleWeights.of(node.textAttr("kernel_type"), from, to, node.boolAttr("antialias"))
              .orElseThrow(() -> context.unsupported("kernel " + node.textAttr("kernel_type")));
    }
    TensorValue value =
        TensorValue.filled(
            DType.FLOAT32,
            Shape.of(to, from),
            buffer -> {
              for (float[] row : weights) {
                for (float weight : row) {
                  buffer.putFloat(weight);
                }
              }
            });
    TensorExpr rows = new TensorExpr.Constant(name, value);
    boolean isRight = name.equals("columns");
    return context.attribute(isRight ? new TensorExpr.Permute(rows, List.of(1, 0)) : rows).expr();
  }
}

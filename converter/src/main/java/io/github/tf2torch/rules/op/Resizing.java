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
import java.util.List;
import java.util.Set;

/**
 * ResizeBilinear and ResizeNearestNeighbor with each way of placing pixels
 * (tensorflow/core/util/image_resizer_state.h): corners on corners, centres on centres, or TF1's
 * first pixel on first pixel.
 */
public final class Resizing implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("ResizeBilinear", "ResizeNearestNeighbor");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.CHANNELS_FIRST;
  }

  @Override
  public void translate(Node node, OpContext context) {
    AxisOrder order = AxisOrder.channelsFirst(4);
    Held x = context.held(0, order);
    Value.Sizes size =
        context.sizes(1).orElseThrow(() -> context.unsupported("a size that is computed"));
    boolean isBilinear = node.op().equals("ResizeBilinear");
    boolean isCorners = node.boolAttr("align_corners");
    boolean isCenters = node.boolAttr("half_pixel_centers");
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.set(1, size.known().get(0));
    extents.set(2, size.known().get(1));
    TensorType type = new TensorType(x.type().dtype(), new Dims(extents), order);
    if (isBilinear) {
      context.output(
          0,
          isCorners || isCenters
              ? context.assign("resized", bilinear(x.expr(), size.elements(), isCorners), type)
              : fromFirstPixel(x, size.elements(), type, context));
    } else if (isCorners) {
      context.output(0, nearestCorners(x, type, context));
    } else {
      String operator = isCenters ? "_upsample_nearest_exact2d" : "upsample_nearest2d";
      context.output(
          0,
          context.assign(
              "resized",
              Expr.aten(operator, x.expr(), new Expr.ListLiteral(size.elements())),
              type));
    }
  }

  private static Expr bilinear(Expr x, List<Expr> size, boolean alignCorners) {
    return Expr.aten(
        "upsample_bilinear2d", x, new Expr.ListLiteral(size), new Expr.BoolLiteral(alignCorners));
  }

  /**
   * Places i * in / out. That is what aligned corners give an input and an output of one more,
   * whose last row and column repeat those before and are cut off again.
   */
  private static Held fromFirstPixel(Held x, List<Expr> size, TensorType type, OpContext context) {
    Expr more = Expr.aten("replication_pad2d", x.expr(), Blocks.ints(0, 1, 0, 1));
    List<Expr> oneMore =
        size.stream().map(s -> SizeArithmetic.apply("+", s, new Expr.IntLiteral(1))).toList();
    Expr resized = bilinear(more, oneMore, true);
    return context.assign(
        "resized",
        Padding.constant(resized, List.of(0L, -1L, 0L, -1L), new Expr.FloatLiteral(0)),
        type);
  }

  /** Rounded places, which PyTorch has no mode for: rows and columns are picked. */
  private static Held nearestCorners(Held x, TensorType type, OpContext context) {
    Expr expr = x.expr();
    for (int axis = 1; axis <= 2; axis++) {
      long from = x.type().dims().extent(axis);
      long to = type.dims().extent(axis);
      if (from < 0 || to < 0) {
        throw context.unsupported("aligned corners of extents that are not known");
      }
      float scale = to > 1 ? (from - 1) / (float) (to - 1) : from / (float) to;
      long[] places = new long[Math.toIntExact(to)];
      for (int i = 0; i < to; i++) {
        places[i] = Math.min(Math.round((double) (i * scale)), from - 1);
      }
      TensorValue value = TensorValue.ofLongs(DType.INT64, Shape.of(to), places);
      Expr index = context.attribute(new TensorExpr.Constant("places", value)).expr();
      expr = Expr.aten("index_select", expr, new Expr.IntLiteral(axis + 1), index);
    }
    return context.assign("resized", expr, type);
  }
}

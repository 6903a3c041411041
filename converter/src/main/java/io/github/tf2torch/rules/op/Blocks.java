package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * DepthToSpace and SpaceToDepth. TensorFlow's channels run slowest through the block, PyTorch's
 * {@code pixel_shuffle} through the channels of the result, so that these are said by reshapes.
 */
public final class Blocks implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("DepthToSpace", "SpaceToDepth");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return node.textAttr("data_format").equals("NHWC")
        ? InputOrder.CHANNELS_FIRST
        : InputOrder.TENSORFLOW;
  }

  @Override
  public void translate(Node node, OpContext context) {
    String format = node.textAttr("data_format");
    if (!format.equals("NHWC") && !format.equals("NCHW")) {
      throw context.unsupported("data_format " + format);
    }
    boolean isChannelsLast = format.equals("NHWC");
    AxisOrder order = isChannelsLast ? AxisOrder.channelsFirst(4) : AxisOrder.identity(4);
    Held x = context.held(0, order);
    long block = node.intAttr("block_size");
    boolean grows = node.op().equals("DepthToSpace");
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    int channelAxis = isChannelsLast ? 3 : 1;
    int height = isChannelsLast ? 1 : 2;
    for (int axis : List.of(height, height + 1)) {
      extents.set(axis, scaled(extents.get(axis), block, grows));
    }
    extents.set(channelAxis, scaled(extents.get(channelAxis), block * block, !grows));
    Expr expr = grows ? grown(x.expr(), block) : shrunk(x.expr(), block);
    context.output(
        0,
        context.assign(
            grows ? "larger" : "smaller",
            expr,
            new TensorType(x.type().dtype(), new Dims(extents), order)));
  }

  private static long scaled(long extent, long factor, boolean grows) {
    return extent < 0 ? -1 : grows ? extent * factor : extent / factor;
  }

  private static Expr grown(Expr x, long block) {
    Expr open = Expr.aten("unflatten", x, new Expr.IntLiteral(1), ints(block, block, -1));
    Expr moved = Expr.aten("permute", open, ints(0, 3, 4, 1, 5, 2));
    return flatten(flatten(moved, 4, 5), 2, 3);
  }

  private static Expr shrunk(Expr x, long block) {
    Expr columns = Expr.aten("unflatten", x, new Expr.IntLiteral(3), ints(-1, block));
    Expr rows = Expr.aten("unflatten", columns, new Expr.IntLiteral(2), ints(-1, block));
    return flatten(Expr.aten("permute", rows, ints(0, 3, 5, 1, 2, 4)), 1, 3);
  }

  static Expr ints(long... values) {
    return Expr.ints(Arrays.stream(values).boxed().toList());
  }

  static Expr flatten(Expr x, long from, long to) {
    return Expr.aten("flatten", x, new Expr.IntLiteral(from), new Expr.IntLiteral(to));
  }
}

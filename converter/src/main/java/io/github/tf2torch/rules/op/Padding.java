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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Pad, PadV2 and MirrorPad; the pads follow the order in which the input is held. */
public final class Padding implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Pad", "PadV2", "MirrorPad");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.unflattened(0);
    List<Long> pads = context.integers(1);
    TensorType type = x.type().withDims(padded(x.type().dims(), pads));
    Expr call;
    if (node.op().equals("MirrorPad")) {
      call = mirror(node, x, pads);
    } else {
      Expr value = new Expr.FloatLiteral(0);
      if (node.op().equals("PadV2")) {
        value =
            context.input(2) instanceof Value.Weight w
                ? Broadcasting.literal(w).orElseThrow(() -> context.unsupported("its filling"))
                : null;
        if (value == null) {
          throw context.unsupported("a filling that is computed");
        }
      }
      call = constant(x.expr(), torchPads(pads, x.type().order()), value);
    }
    context.output(0, context.assign("pad", call, type));
  }

  /** Torch's pad with a constant; {@code pads} from the last dimension backwards. */
  static Expr.Aten constant(Expr x, List<Long> pads, Expr value) {
    return Expr.aten("constant_pad_nd", x, Expr.ints(pads), value);
  }

  private static Expr mirror(Node node, Held x, List<Long> pads) {
    List<Long> torch = torchPads(pads, x.type().order());
    boolean isReflected = node.textAttr("mode").equals("REFLECT");
    int dimensions = x.type().rank() - 2;
    if (isReflected && dimensions >= 1 && dimensions <= 3 && torch.size() <= 2 * dimensions) {
      List<Long> full = new ArrayList<>(torch);
      full.addAll(Collections.nCopies(2 * dimensions - torch.size(), 0L));
      return Expr.aten("reflection_pad" + dimensions + "d", x.expr(), Expr.ints(full));
    }
    // PyTorch has no other mirror: the edges are turned over and joined on
    Expr expr = x.expr();
    for (int i = 0; i < torch.size() / 2; i++) {
      int dimension = x.type().rank() - 1 - i;
      expr = mirrored(expr, dimension, torch.get(2 * i), torch.get(2 * i + 1), isReflected ? 1 : 0);
    }
    return expr;
  }

  /**
   * @param skipped 1 where the edge itself is not repeated
   */
  private static Expr mirrored(Expr x, int dimension, long before, long after, long skipped) {
    if (before == 0 && after == 0) {
      return x;
    }
    List<Expr> parts = new ArrayList<>(List.of(x));
    if (before > 0) {
      Expr first = new Expr.IntLiteral(skipped);
      parts.add(0, turned(x, dimension, first, new Expr.IntLiteral(before + skipped)));
    }
    if (after > 0) {
      Expr end = skipped == 0 ? new Expr.NoneLiteral() : new Expr.IntLiteral(-skipped);
      parts.add(turned(x, dimension, new Expr.IntLiteral(-after - skipped), end));
    }
    return Expr.aten("cat", new Expr.ListLiteral(parts), new Expr.IntLiteral(dimension));
  }

  private static Expr turned(Expr x, int dimension, Expr from, Expr to) {
    Expr at = new Expr.IntLiteral(dimension);
    Expr edge = Expr.aten("slice", x, at, from, to, new Expr.IntLiteral(1));
    return Expr.aten("flip", edge, new Expr.ListLiteral(List.of(at)));
  }

  private static Dims padded(Dims dims, List<Long> pads) {
    return new Dims(
        IntStream.range(0, dims.rank())
            .mapToObj(
                a -> dims.isKnown(a) ? dims.extent(a) + pads.get(2 * a) + pads.get(2 * a + 1) : -1L)
            .toList());
  }

  /** Torch lists pads from the last dimension backwards and leaves out the outer ones. */
  private static List<Long> torchPads(List<Long> pads, AxisOrder order) {
    List<Long> torch = new ArrayList<>();
    for (int d = order.rank() - 1; d >= 0; d--) {
      int axis = order.axes().get(d);
      torch.addAll(pads.subList(2 * axis, 2 * axis + 2));
    }
    while (torch.size() > 2
        && torch.get(torch.size() - 1) == 0
        && torch.get(torch.size() - 2) == 0) {
      torch.subList(torch.size() - 2, torch.size()).clear();
    }
    return torch;
  }
}

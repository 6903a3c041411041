package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * MaxPool and AvgPool, in one to three dimensions. SAME pads a maximum with minus infinity and
 * divides a mean by the number of elements that are really there, which is what PyTorch does with
 * its own padding under {@code count_include_pad=False}. An odd pad goes after the input, where
 * {@code ceil_mode} lets the last window reach over the edge.
 */
public final class Pooling implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(
        "MaxPool",
        "AvgPool",
        "MaxPool3D",
        "AvgPool3D",
        Node.FUSED + "MaxPool1D",
        Node.FUSED + "AvgPool1D");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return node.hasAttr("data_format") && node.textAttr("data_format").startsWith("NC")
        ? InputOrder.TENSORFLOW
        : InputOrder.CHANNELS_FIRST;
  }

  @Override
  public void translate(Node node, OpContext context) {
    List<Long> ksize = node.intsAttr("ksize");
    Window any = Window.of(node, ksize, context);
    Window window = Window.of(node, any.spatial().stream().map(ksize::get).toList(), context);
    if (ksize.get(0) != 1 || ksize.get(window.channelAxis()) != 1) {
      throw context.unsupported("ksize " + ksize + " along batch or channels");
    }
    Held x = context.held(0, window.order());
    TensorType type = window.output(x.type(), x.type().dims().extent(window.channelAxis()));
    context.output(0, pool(node.op().contains("Max"), x, window, type, context));
  }

  private static Held pool(
      boolean isMax, Held x, Window window, TensorType type, OpContext context) {
    List<Long> pads = window.pads(x.type().dims());
    List<Long> none = Collections.nCopies(window.spatial().size(), 0L);
    if (fitsTorch(window, pads)) {
      List<Long> before = pads.contains(-1L) ? none : Window.before(pads);
      boolean ceil = pads.contains(-1L) || !Window.isSymmetric(pads);
      return isMax
          ? context.assign(maxPool(x.expr(), window, before, ceil), type)
          : context.assign(avgPool(x.expr(), window, before, ceil), type);
    }
    if (isMax) {
      Held padded = SamePadding.apply(x, window, Float.NEGATIVE_INFINITY, context);
      return context.assign(maxPool(padded.expr(), window, none, false), type);
    }
    Held ones = context.assign(Expr.aten("ones_like", x.expr()), x.type());
    Held sums = SamePadding.apply(x, window, 0, context);
    Held counts = SamePadding.apply(ones, window, 0, context);
    return context.assign(
        "pool",
        Expr.aten(
            "div",
            avgPool(sums.expr(), window, none, false),
            avgPool(counts.expr(), window, none, false)),
        type);
  }

  /**
   * True where torch's own padding, with the last window over the edge, says the same: symmetric
   * pads, one more after under a stride, or windows of two side by side.
   */
  private static boolean fitsTorch(Window window, List<Long> pads) {
    if (!window.isSame() && !window.padding().equals("VALID")) {
      return false;
    }
    boolean symmetric = Window.isSymmetric(pads);
    for (int i = 0; i < window.spatial().size(); i++) {
      long stride = window.strides().get(i);
      boolean pairs = window.kernel().get(i) == 2 && stride == 2;
      if (pads.get(2 * i) < 0 && !pairs) {
        return false;
      }
      if (!symmetric && stride == 1 && !pads.get(2 * i).equals(pads.get(2 * i + 1))) {
        return false;
      }
    }
    // ceil_mode holds for all axes; mixed with an unknown one, only where nothing is padded before
    return !pads.contains(-1L) || pads.stream().allMatch(p -> p <= 0);
  }

  private static Expr.Aten maxPool(Expr x, Window window, List<Long> padding, boolean ceil) {
    return Expr.aten(
        "max_pool" + window.spatial().size() + "d",
        x,
        Expr.ints(window.kernel()),
        Expr.ints(window.strides()),
        Expr.ints(padding),
        Expr.ints(Collections.nCopies(window.spatial().size(), 1L)),
        new Expr.BoolLiteral(ceil));
  }

  private static Expr.Aten avgPool(Expr x, Window window, List<Long> padding, boolean ceil) {
    return Expr.aten(
        "avg_pool" + window.spatial().size() + "d",
        x,
        Expr.ints(window.kernel()),
        Expr.ints(window.strides()),
        Expr.ints(padding),
        new Expr.BoolLiteral(ceil),
        new Expr.BoolLiteral(false));
  }
}

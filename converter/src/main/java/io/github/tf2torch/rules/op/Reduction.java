package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Mean, Sum, Max, Min, Prod, All, Any and norms. Axes follow the order of the input. */
public final class Reduction implements OpRule {
  // amax and amin share a tie's gradient out as TensorFlow does; max and min along a dim do not
  private static final Map<String, String> OPERATORS =
      Map.of(
          "Mean", "mean", "Sum", "sum", "Max", "amax", "Min", "amin", "All", "all", "Any", "any");

  @Override
  public Set<String> ops() {
    Set<String> ops = new TreeSet<>(OPERATORS.keySet());
    ops.addAll(List.of("Prod", "EuclideanNorm", "L2Loss"));
    return ops;
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    boolean keep = node.hasAttr("keep_dims") && node.boolAttr("keep_dims");
    if (node.op().equals("L2Loss")) {
      context.output(0, halfSquares(context.held(0), context));
      return;
    }
    if (node.op().equals("Prod") && context.sizes(0).isPresent()) {
      Value.Sizes sizes = context.sizes(0).get();
      Expr product =
          sizes.elements().stream()
              .reduce(new Expr.IntLiteral(1), (a, b) -> SizeArithmetic.apply("*", a, b));
      context.output(0, new Value.Sizes(List.of(product), !keep));
      return;
    }
    Held x = context.held(0);
    Set<Integer> axes = new TreeSet<>();
    context.integers(1).forEach(a -> axes.add(x.type().axis(a)));
    if (axes.isEmpty()) {
      context.output(0, x);
      return;
    }
    List<Integer> dimensions = axes.stream().map(x.type().order()::dimensionOf).sorted().toList();
    context.output(
        0,
        context.assign(
            node.op().toLowerCase(Locale.ROOT),
            call(node.op(), x.expr(), dimensions, keep),
            reduced(x.type(), axes, keep)));
  }

  private static Expr call(String op, Expr x, List<Integer> dimensions, boolean keep) {
    Expr kept = new Expr.BoolLiteral(keep);
    if (op.equals("EuclideanNorm")) {
      return Expr.aten(
          "sqrt", Expr.aten("sum", Expr.aten("square", x), Expr.ints(dimensions), kept));
    }
    if (!op.equals("Prod")) {
      return Expr.aten(OPERATORS.get(op), x, Expr.ints(dimensions), kept);
    }
    // one dimension at a time, the last first, so that those before keep their numbers
    Expr product = x;
    for (int i = dimensions.size() - 1; i >= 0; i--) {
      product = Expr.aten("prod", product, new Expr.IntLiteral(dimensions.get(i)), kept);
    }
    return product;
  }

  private static Held halfSquares(Held x, OpContext context) {
    Expr sum = Expr.aten("sum", Expr.aten("square", x.expr()));
    return context.assign(
        Expr.aten("div", sum, new Expr.IntLiteral(2)),
        TensorType.plain(x.type().dtype(), Dims.of()));
  }

  private static TensorType reduced(TensorType type, Set<Integer> axes, boolean keep) {
    boolean lastStays = !axes.contains(type.rank() - 1);
    if (keep) {
      List<Long> extents = new ArrayList<>(type.dims().extents());
      axes.forEach(a -> extents.set(a, 1L));
      Layout layout = lastStays ? type.layout() : Layout.of(type.order());
      return new TensorType(type.dtype(), new Dims(extents), layout);
    }
    return without(type, axes);
  }

  /** The type less some axes, the others in the order in which they were held. */
  static TensorType without(TensorType type, Set<Integer> axes) {
    List<Long> extents = new ArrayList<>();
    for (int a = 0; a < type.rank(); a++) {
      if (!axes.contains(a)) {
        extents.add(type.dims().extent(a));
      }
    }
    List<Integer> order =
        type.order().axes().stream()
            .filter(a -> !axes.contains(a))
            .map(a -> a - (int) axes.stream().filter(gone -> gone < a).count())
            .toList();
    boolean lastStays = !axes.contains(type.rank() - 1);
    return new TensorType(
        type.dtype(),
        new Dims(extents),
        new Layout(
            new AxisOrder(order),
            lastStays ? type.layout().flattened() : java.util.Optional.empty()));
  }
}

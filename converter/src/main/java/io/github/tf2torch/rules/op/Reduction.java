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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Mean, Sum, Max, Min over axes; Prod of a shape. Axes follow the order of the input. */
public final class Reduction implements OpRule {
  // amax and amin share a tie's gradient out as TensorFlow does; max and min along a dim do not
  private static final Map<String, String> OPERATORS =
      Map.of("Mean", "mean", "Sum", "sum", "Max", "amax", "Min", "amin");

  @Override
  public Set<String> ops() {
    Set<String> ops = new TreeSet<>(OPERATORS.keySet());
    ops.add("Prod");
    return ops;
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    boolean keep = node.hasAttr("keep_dims") && node.boolAttr("keep_dims");
    if (node.op().equals("Prod")) {
      Value.Sizes sizes =
          context.sizes(0).orElseThrow(() -> context.unsupported("Prod of a computed tensor"));
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
    Expr.Aten call =
        Expr.aten(
            OPERATORS.get(node.op()), x.expr(), Expr.ints(dimensions), new Expr.BoolLiteral(keep));
    context.output(0, context.assign(call, reduced(x.type(), axes, keep)));
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

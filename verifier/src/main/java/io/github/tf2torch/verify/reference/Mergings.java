package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code keras/src/layers/merging}. */
final class Mergings {
  static final Map<String, LayerReference> TABLE = table();

  private Mergings() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    all.put("Subtract", LayerReference.of(c -> pairwise(c, "Sub")));
    all.put("Average", LayerReference.of(Mergings::averaged));
    all.put("Maximum", LayerReference.of(c -> pairwise(c, "Maximum")));
    all.put("Minimum", LayerReference.of(c -> pairwise(c, "Minimum")));
    all.put("Add", LayerReference.of(c -> pairwise(c, "AddV2")));
    all.put("Multiply", LayerReference.of(c -> pairwise(c, "Mul")));
    all.put("Concatenate", LayerReference.of(c -> joined(c, "axis")));
    all.put("Dot", LayerReference.of(Mergings::dot));
    all.put("Merge", LayerReference.of(Mergings::ofKeras1));
    return all;
  }

  /** One after another, shorter shapes with ones behind the batch. */
  private static SymbolicTensor pairwise(LayerCall call, String op) {
    Ops ops = call.ops();
    int rank = call.inputs().stream().mapToInt(SymbolicTensor::rank).max().orElseThrow();
    SymbolicTensor all = raised(ops, call.input(), rank);
    for (SymbolicTensor next : call.inputs().subList(1, call.inputs().size())) {
      all = ops.one(op, all, raised(ops, next, rank));
    }
    return all;
  }

  private static SymbolicTensor raised(Ops ops, SymbolicTensor x, int rank) {
    SymbolicTensor y = x;
    while (y.rank() < rank) {
      y = ops.expand(y, 1);
    }
    return y;
  }

  private static SymbolicTensor averaged(LayerCall call) {
    return call.ops().div(pairwise(call, "AddV2"), call.inputs().size());
  }

  private static SymbolicTensor joined(LayerCall call, String axis) {
    int at = (int) call.settings().whole(-1, axis);
    return call.ops().concat(call.inputs(), at < 0 ? at + call.input().rank() : at);
  }

  private static SymbolicTensor ofKeras1(LayerCall call) {
    String mode = call.settings().text("sum", "mode");
    return switch (mode) {
      case "sum" -> pairwise(call, "AddV2");
      case "mul" -> pairwise(call, "Mul");
      case "max" -> pairwise(call, "Maximum");
      case "ave" -> averaged(call);
      case "concat" -> joined(call, "concat_axis");
      case "dot" -> FormerLayers.dot(call, call.input(), call.inputs().get(1));
      case "cos" -> FormerLayers.cosine(call);
      default -> throw call.missing("of mode " + mode);
    };
  }

  /** {@code dot.py}: the contracted axis goes away in both, other axes are kept. */
  private static SymbolicTensor dot(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = call.inputs().get(0);
    SymbolicTensor y = call.inputs().get(1);
    Config stored = call.settings().get("axes").orElseThrow(() -> call.missing("without axes"));
    List<Long> axes = Settings.wholesOf(stored);
    int a = positive(axes.get(0), x);
    int b = positive(axes.get(axes.size() - 1), y);
    if (call.settings().flag(false, "normalize")) {
      x = unit(ops, x, a);
      y = unit(ops, y, b);
    }
    String left = letters('b', x.rank(), a);
    String right = letters('m', y.rank(), b);
    String result = "a" + left.substring(1).replace("z", "") + right.substring(1).replace("z", "");
    SymbolicTensor product = ops.einsum(left + "," + right + "->" + result, x, y);
    return product.rank() == 1 ? ops.expand(product, 1) : product;
  }

  private static int positive(long axis, SymbolicTensor x) {
    return (int) (axis < 0 ? axis + x.rank() : axis);
  }

  private static SymbolicTensor unit(Ops ops, SymbolicTensor x, int axis) {
    SymbolicTensor sum = ops.reduce("Sum", ops.one("Square", x), List.of(axis), true);
    return ops.mul(x, ops.minimum(ops.rsqrt(sum), 1e7));
  }

  /** {@code a} is the batch, {@code z} the contracted axis. */
  private static String letters(char first, int rank, int contracted) {
    StringBuilder all = new StringBuilder("a");
    for (int i = 1; i < rank; i++) {
      all.append(i == contracted ? 'z' : (char) (first + i));
    }
    return all.toString();
  }
}

package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Products of {@code keras.ops} in which axes meet. */
final class ProductFunctions {
  static final Map<String, FunctionRule> TABLE =
      Map.of(
          "Matmul", ProductFunctions::product,
          "Outer", ProductFunctions::outer,
          "Inner", ProductFunctions::inner,
          "Vdot", ProductFunctions::ofAll,
          "Tensordot", ProductFunctions::contracted,
          "Cross", ProductFunctions::cross);

  private ProductFunctions() {}

  private static Value product(Settings options, LayerContext context) {
    for (String flag : List.of("transpose_a", "transpose_b", "adjoint_a", "adjoint_b")) {
      if (options.flag(false, flag)) {
        throw context.unsupported("has " + flag);
      }
    }
    List<Value> both = Operands.of(context);
    boolean isOfMatrices = both.size() == 2 && both.stream().allMatch(v -> rank(v) >= 2);
    if (!isOfMatrices) {
      throw context.unsupported("is no product of two matrices or batches of them");
    }
    Operands.requireFloating(context);
    return context.op("BatchMatMulV2", Map.of(), both);
  }

  static int rank(Value value) {
    return value instanceof Held held
        ? held.type().rank()
        : value instanceof Value.Weight weight ? weight.recipe().shape().rank() : 0;
  }

  /** {@code keras.ops.dot} with a matrix is a product, whatever axes stand before. */
  static Value dot(LayerContext context) {
    List<Value> both = Operands.of(context);
    if (both.size() != 2 || rank(both.get(1)) != 2) {
      throw context.unsupported("is no product with a matrix");
    }
    return product(context.settings(), context);
  }

  private static List<Value> pair(LayerContext context) {
    Operands.requireFloating(context);
    List<Value> both = Operands.of(context);
    if (both.size() != 2) {
      throw context.unsupported("is called with " + both.size() + " operands");
    }
    return both;
  }

  private static Value outer(Settings options, LayerContext context) {
    List<Value> both = pair(context);
    GraphOps ops = new GraphOps(context);
    return ops.mul(ops.reshape(both.get(0), -1L, 1L), ops.reshape(both.get(1), -1L));
  }

  private static Value ofAll(Settings options, LayerContext context) {
    List<Value> both = pair(context);
    GraphOps ops = new GraphOps(context);
    Value products = ops.mul(ops.reshape(both.get(0), -1L), ops.reshape(both.get(1), -1L));
    return ops.reduce("Sum", products, List.of(0L), false);
  }

  private static Value inner(Settings options, LayerContext context) {
    List<Value> both = pair(context);
    if (rank(both.get(0)) == 0 || rank(both.get(1)) == 0) {
      return new GraphOps(context).mul(both.get(0), both.get(1));
    }
    return contracted(
        both, List.of(rank(both.get(0)) - 1L), List.of(rank(both.get(1)) - 1L), context);
  }

  private static Value contracted(Settings options, LayerContext context) {
    List<Value> both = pair(context);
    Config axes = options.get("axes").orElseThrow(() -> context.unsupported("names no axes"));
    if (axes instanceof Config.Whole count) {
      long rank = rank(both.get(0));
      return contracted(
          both,
          LongStream.range(rank - count.value(), rank).boxed().toList(),
          LongStream.range(0, count.value()).boxed().toList(),
          context);
    }
    List<Config> sides = Settings.items(axes);
    List<List<Long>> meeting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      long rank = rank(both.get(i));
      meeting.add(Settings.wholes(sides.get(i)).stream().map(a -> a < 0 ? a + rank : a).toList());
    }
    return contracted(both, meeting.get(0), meeting.get(1), context);
  }

  /** As an equation: axes that meet have one letter. */
  private static Value contracted(
      List<Value> both, List<Long> left, List<Long> right, LayerContext context) {
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    StringBuilder kept = new StringBuilder();
    for (long axis = 0; axis < rank(both.get(0)); axis++) {
      char letter = (char) ('a' + axis);
      first.append(letter);
      kept.append(left.contains(axis) ? "" : letter);
    }
    for (long axis = 0; axis < rank(both.get(1)); axis++) {
      int met = right.indexOf(axis);
      char letter = (char) (met < 0 ? 'k' + axis : 'a' + left.get(met));
      second.append(letter);
      kept.append(met < 0 ? letter : "");
    }
    String equation = first + "," + second + "->" + kept;
    return context.op("Einsum", Map.of("equation", Attrs.of(equation)), both);
  }

  /** Of vectors with three elements along the last axis. */
  private static Value cross(Settings options, LayerContext context) {
    List<Value> both = pair(context);
    boolean isAlongLast =
        List.of("axis", "axisa", "axisb", "axisc").stream()
            .allMatch(name -> options.whole(-1, name) == -1);
    boolean isOfThree =
        both.stream()
            .allMatch(v -> v instanceof Held held && held.type().dims().extent(rank(v) - 1) == 3);
    if (!isAlongLast || !isOfThree) {
      throw context.unsupported("is of other than tensors with three elements along the last axis");
    }
    GraphOps ops = new GraphOps(context);
    List<Long> next = List.of(1L, 2L, 0L);
    List<Long> last = List.of(2L, 0L, 1L);
    return ops.sub(
        ops.mul(along(ops, both.get(0), next), along(ops, both.get(1), last)),
        ops.mul(along(ops, both.get(0), last), along(ops, both.get(1), next)));
  }

  private static Value along(GraphOps ops, Value x, List<Long> places) {
    return ops.gather(x, places, rank(x) - 1L);
  }
}

package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Products in which axes meet. */
final class ProductFunctions extends FunctionCall {
  ProductFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    SymbolicTensor y =
        switch (name) {
          case "matmul", "dot" -> ops.one("BatchMatMulV2", x, second());
          case "einsum" ->
              ops.einsum(
                  settings.text("", "subscripts"), call.inputs().toArray(SymbolicTensor[]::new));
          case "outer" -> ops.mul(ops.reshape(x, -1, 1), ops.reshape(operand(1), 1, -1));
          case "vdot" -> ops.reduce("Sum", ops.mul(x, operand(1)), axes("axis"), false);
          case "inner" -> contracted(List.of(x.rank() - 1), List.of(operand(1).rank() - 1));
          case "tensordot" -> contracted();
          case "cross" -> cross();
          default -> null;
        };
    return Optional.ofNullable(y).map(List::of);
  }

  private SymbolicTensor second() {
    List<SymbolicTensor> named = call.arguments().tensors().getOrDefault("y", List.of());
    List<SymbolicTensor> more = call.arguments().tensors().getOrDefault("b", named);
    if (!more.isEmpty()) {
      return more.get(0);
    }
    return call.inputs().size() > 1
        ? call.inputs().get(1)
        : operand(call.arguments().positional().get(1), x);
  }

  private SymbolicTensor contracted() {
    Config axes = settings.get("axes").orElseThrow();
    if (axes instanceof Config.Whole count) {
      int number = (int) count.value();
      return contracted(
          IntStream.range(x.rank() - number, x.rank()).boxed().toList(),
          IntStream.range(0, number).boxed().toList());
    }
    List<Config> sides = Settings.itemsOf(axes);
    return contracted(positive(sides.get(0), x.rank()), positive(sides.get(1), operand(1).rank()));
  }

  private static List<Integer> positive(Config axes, int rank) {
    return Settings.wholesOf(axes).stream().map(a -> Math.floorMod(a.intValue(), rank)).toList();
  }

  /** As a product of matrices: axes that meet are columns here and rows there. */
  private SymbolicTensor contracted(List<Integer> left, List<Integer> right) {
    SymbolicTensor y = operand(1);
    List<Integer> rows = others(x, left);
    List<Integer> columns = others(y, right);
    List<Long> shape = new ArrayList<>(rows.stream().map(x::extent).toList());
    columns.forEach(c -> shape.add(y.extent(c)));
    SymbolicTensor a = ops.transpose(x, joined(rows, left));
    SymbolicTensor b = ops.transpose(y, joined(right, columns));
    long met = left.stream().mapToLong(x::extent).reduce(1, Math::multiplyExact);
    SymbolicTensor product = ops.one("MatMul", ops.reshape(a, -1, met), ops.reshape(b, met, -1));
    return ops.reshape(product, shape);
  }

  private static List<Integer> others(SymbolicTensor x, List<Integer> axes) {
    return IntStream.range(0, x.rank()).filter(a -> !axes.contains(a)).boxed().toList();
  }

  private static List<Integer> joined(List<Integer> first, List<Integer> second) {
    List<Integer> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private SymbolicTensor cross() {
    SymbolicTensor y = operand(1);
    List<SymbolicTensor> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int next = (i + 1) % 3;
      int last = (i + 2) % 3;
      parts.add(
          ops.sub(
              ops.mul(ops.slice(x, -1, next, 1), ops.slice(y, -1, last, 1)),
              ops.mul(ops.slice(x, -1, last, 1), ops.slice(y, -1, next, 1))));
    }
    return ops.concat(parts, x.rank() - 1);
  }
}

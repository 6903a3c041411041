package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What is largest, and in which order. */
final class OrderingFunctions extends FunctionCall {
  OrderingFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    return switch (name) {
      case "top_k" -> Optional.of(largest());
      default -> output(name).map(List::of);
    };
  }

  private Optional<SymbolicTensor> output(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "one_hot" -> hot();
          case "multi_hot" -> ops.reduce("Max", hot(), List.of(x.rank() > 1 ? 1 : 0), false);
          case "sort" -> turned(sorted(turned(x, axis())), axis());
          case "argsort" -> turned(places(turned(x, axis())), axis());
          case "median" -> quantile(0.5);
          case "quantile" -> quantile(share());
          case "percentile" -> quantile(share() / 100);
          case "search_sorted" ->
              place(operand(0), x, settings.text("left", "side").equals("left"));
          case "digitize" -> place(operand(1), x, false);
          case "sparsemax" -> sparsemax();
          default -> null;
        });
  }

  private SymbolicTensor hot() {
    DType dtype = DType.ofTorch(settings.text("float32", "dtype")).orElseThrow();
    SymbolicTensor like = ops.cast(x, dtype);
    return ops.one(
        "OneHot",
        Map.of("axis", new Attr.Int(settings.whole(-1, "axis"))),
        x,
        ops.scalar(settings.whole(1, "num_classes")),
        ops.number(1, like),
        ops.number(0, like));
  }

  /** The places by TensorFlow's op, and what stands there by a product, which has a gradient. */
  private List<SymbolicTensor> largest() {
    SymbolicTensor places =
        ops.all(
                "TopKV2",
                Map.of("sorted", new Attr.Bool(true)),
                List.of(x, ops.scalar(settings.whole(1, "k"))))
            .get(1);
    SymbolicTensor hot =
        ops.one(
            "OneHot",
            Map.of("axis", new Attr.Int(-1)),
            places,
            ops.scalar(x.extent(-1)),
            ops.number(1, x),
            ops.number(0, x));
    SymbolicTensor chosen = ops.mul(hot, ops.expand(x, x.rank() - 1));
    return List.of(ops.reduce("Sum", chosen, List.of(x.rank()), false), places);
  }

  private double share() {
    return Settings.numberOf(operands().get(1).stored());
  }

  /** An axis and the last one, in each other's place. */
  private SymbolicTensor turned(SymbolicTensor value, int axis) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, value.rank()).boxed().toList());
    Collections.swap(order, axis, value.rank() - 1);
    return ops.transpose(value, order);
  }

  private SymbolicTensor places(SymbolicTensor value) {
    return ops.all(
            "TopKV2",
            Map.of("sorted", new Attr.Bool(true)),
            List.of(ops.one("Neg", value), ops.scalar(value.extent(-1))))
        .get(1);
  }

  /** Along the last axis, by a product with ones and zeros, which has a gradient. */
  private SymbolicTensor sorted(SymbolicTensor value) {
    SymbolicTensor hot =
        ops.one(
            "OneHot",
            Map.of("axis", new Attr.Int(-1)),
            places(value),
            ops.scalar(value.extent(-1)),
            ops.number(1, value),
            ops.number(0, value));
    SymbolicTensor chosen = ops.mul(hot, ops.expand(value, value.rank() - 1));
    return ops.reduce("Sum", chosen, List.of(value.rank()), false);
  }

  private SymbolicTensor quantile(double share) {
    SymbolicTensor sorted = sorted(turned(x, axis()));
    double place = share * (sorted.extent(-1) - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    SymbolicTensor y =
        ops.add(
            ops.mul(ops.slice(sorted, -1, below, 1), 1 - (place - below)),
            ops.mul(ops.slice(sorted, -1, above, 1), place - below));
    SymbolicTensor kept = turned(y, axis());
    return keeps() ? kept : ops.squeeze(kept, axis());
  }

  /** How many of the bounds are below, or not above. */
  private SymbolicTensor place(SymbolicTensor bounds, SymbolicTensor value, boolean isBelow) {
    SymbolicTensor each = ops.expand(value, value.rank());
    SymbolicTensor counted = ops.one(isBelow ? "Greater" : "GreaterEqual", each, bounds);
    return ops.reduce("Sum", ops.cast(counted, DType.INT32), List.of(value.rank()), false);
  }

  /** Keras adds up the running sums, not the numbers. */
  private SymbolicTensor sparsemax() {
    SymbolicTensor value = turned(x, axis());
    SymbolicTensor sorted = ops.reverse(sorted(value), value.rank() - 1);
    List<SymbolicTensor> sums = new ArrayList<>();
    SymbolicTensor count = ops.one("ZerosLike", ops.slice(value, -1, 0, 1));
    SymbolicTensor sum = count;
    for (int i = 0; i < value.extent(-1); i++) {
      SymbolicTensor one = ops.slice(sorted, -1, i, 1);
      sums.add(i == 0 ? one : ops.add(sums.get(i - 1), one));
      SymbolicTensor bound = ops.div(ops.add(sums.get(i), -1), i + 1.0);
      SymbolicTensor isAbove = ops.cast(ops.one("Greater", one, bound), x.dtype());
      count = ops.add(count, isAbove);
      sum = ops.add(sum, ops.mul(sums.get(i), isAbove));
    }
    SymbolicTensor threshold = ops.div(ops.add(sum, -1), count);
    return turned(ops.one("Relu", ops.sub(value, threshold)), axis());
  }
}

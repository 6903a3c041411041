package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Statistics, norms, places and running sums. */
final class ReducingFunctions extends FunctionCall {
  ReducingFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    return switch (name) {
      case "moments" ->
          Optional.of(
              List.of(
                  ops.reduce("Mean", x, axes("axes"), keeps()), variance(axes("axes"), keeps())));
      default -> output(name).map(List::of);
    };
  }

  private Optional<SymbolicTensor> output(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "var" -> variance(axes("axis"), keeps());
          case "std" -> ops.one("Sqrt", variance(axes("axis"), keeps()));
          case "logsumexp" ->
              ops.one("Log", ops.reduce("Sum", ops.one("Exp", x), axes("axis"), keeps()));
          case "argmax", "argmin" -> place(name.equals("argmax") ? "ArgMax" : "ArgMin");
          case "norm" -> norm(settings.whole(2, "ord"), keeps());
          case "normalize" -> ops.div(x, norm(settings.whole(2, "order"), true));
          case "count_nonzero" -> ops.reduce("Sum", ops.cast(x, DType.INT32), axes("axis"), false);
          case "cumprod" -> products();
          case "cumsum" ->
              ops.one(
                  "Cumsum",
                  Map.of("exclusive", new Attr.Bool(false), "reverse", new Attr.Bool(false)),
                  x,
                  ops.scalar(axis()));
          default -> null;
        });
  }

  private SymbolicTensor variance(List<Integer> axes, boolean keepDims) {
    SymbolicTensor squares = ops.one("SquaredDifference", x, ops.mean(x, axes));
    return ops.reduce("Mean", squares, axes, keepDims);
  }

  private SymbolicTensor place(String op) {
    SymbolicTensor place =
        ops.one(op, Map.of("output_type", new Attr.Type(DType.INT32)), x, ops.scalar(axis()));
    return keeps() ? ops.expand(place, axis()) : place;
  }

  private SymbolicTensor norm(long order, boolean keepDims) {
    return switch ((int) order) {
      case 1 -> ops.reduce("Sum", ops.one("Abs", x), List.of(axis()), keepDims);
      case 2 -> ops.one("Sqrt", ops.reduce("Sum", ops.one("Square", x), List.of(axis()), keepDims));
      default -> throw call.missing("of order " + order);
    };
  }

  /** By its definition: TensorFlow's own has no gradient in its C++ registry. */
  private SymbolicTensor products() {
    List<SymbolicTensor> all = new ArrayList<>();
    for (int i = 0; i < x.extent(axis()); i++) {
      SymbolicTensor factor = ops.slice(x, axis(), i, 1);
      all.add(i == 0 ? factor : ops.mul(all.get(i - 1), factor));
    }
    return ops.concat(all, axis());
  }
}

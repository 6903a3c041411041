package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Activations that are no layer of their own. */
final class ActivationFunctions extends FunctionCall {
  ActivationFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    SymbolicTensor y =
        switch (name) {
          case "glu" -> {
            List<SymbolicTensor> halves = ops.split(x, 2, axis());
            yield ops.mul(halves.get(0), ops.one("Sigmoid", halves.get(1)));
          }
          case "log_softmax" -> logSoftmax();
          case "sparse_plus" -> sparsePlus();
          case "hard_shrink" ->
              ops.where(
                  ops.greater(ops.one("Abs", x), settings.number(0.5, "threshold")),
                  x,
                  ops.one("ZerosLike", x));
          case "soft_shrink" -> softened(settings.number(0.5, "threshold"));
          case "threshold" ->
              ops.where(
                  ops.greater(x, settings.number(0, "threshold")),
                  x,
                  ops.number(settings.number(0, "default_value"), x));
          default -> null;
        };
    return Optional.ofNullable(y).map(List::of);
  }

  /** {@code 0} up to -1, a parabola up to 1, then {@code x}. */
  private SymbolicTensor sparsePlus() {
    SymbolicTensor parabola = ops.mul(ops.one("Square", ops.add(x, 1)), 0.25);
    SymbolicTensor upper = ops.where(ops.one("GreaterEqual", x, ops.number(1, x)), x, parabola);
    return ops.where(ops.one("LessEqual", x, ops.number(-1, x)), ops.one("ZerosLike", x), upper);
  }

  private SymbolicTensor logSoftmax() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    Collections.swap(order, axis(), x.rank() - 1);
    return ops.transpose(ops.one("LogSoftmax", ops.transpose(x, order)), order);
  }

  private SymbolicTensor softened(double threshold) {
    SymbolicTensor size = ops.one("Relu", ops.add(ops.one("Abs", x), -threshold));
    return ops.mul(ops.one("Sign", x), size);
  }
}

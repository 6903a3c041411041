package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code keras/src/layers/activations}. */
final class ActivationLayers {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "Activation",
              LayerReference.of(c -> Activations.of(c, c.input(), "linear", "activation")),
          "ReLU", LayerReference.of(ActivationLayers::relu),
          "LeakyReLU", LayerReference.of(ActivationLayers::leaky),
          "PReLU", LayerReference.of(ActivationLayers::parametric),
          "ELU", LayerReference.of(ActivationLayers::elu),
          "ThresholdedReLU", LayerReference.of(ActivationLayers::thresholded),
          "Softmax", LayerReference.of(ActivationLayers::softmax));

  private ActivationLayers() {}

  private static SymbolicTensor relu(LayerCall call) {
    Settings s = call.settings();
    return Activations.relu(
        call.ops(),
        call.input(),
        s.number(0, "negative_slope"),
        s.number("max_value"),
        s.number(0, "threshold"));
  }

  private static SymbolicTensor leaky(LayerCall call) {
    double slope = call.settings().number(0.3, "negative_slope", "alpha");
    return Activations.leaky(call.ops(), call.input(), slope);
  }

  private static SymbolicTensor parametric(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    SymbolicTensor below = ops.one("Relu", ops.one("Neg", x));
    return ops.sub(ops.one("Relu", x), ops.mul(call.weight(0), below));
  }

  private static SymbolicTensor elu(LayerCall call) {
    return Activations.elu(call.ops(), call.input(), call.settings().number(1, "alpha"));
  }

  private static SymbolicTensor thresholded(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    SymbolicTensor isAbove = ops.greater(x, call.settings().number(1, "theta"));
    return ops.mul(x, ops.cast(isAbove, x.dtype()));
  }

  private static SymbolicTensor softmax(LayerCall call) {
    Ops ops = call.ops();
    Optional<Config> stored = call.settings().get("axis");
    List<Long> axes = stored.map(Settings::wholesOf).orElse(List.of(-1L));
    List<Integer> all =
        axes.stream().map(a -> (int) (a < 0 ? a + call.input().rank() : a)).toList();
    Optional<SymbolicTensor> given =
        Optional.ofNullable(call.arguments().tensors().get("mask")).map(m -> m.get(0));
    Optional<SymbolicTensor> mask = given.map(m -> ops.cast(m, DType.BOOL)).or(() -> call.mask(0));
    if (mask.isEmpty()) {
      return softmax(ops, call.input(), all);
    }
    SymbolicTensor x = call.input();
    SymbolicTensor low = ops.number(-1e9, x);
    SymbolicTensor y = softmax(ops, ops.where(mask.get(), x, low), all);
    return ops.where(mask.get(), y, ops.number(0, x));
  }

  private static SymbolicTensor softmax(Ops ops, SymbolicTensor x, List<Integer> axes) {
    if (axes.size() == 1) {
      return ops.softmax(x, axes.get(0));
    }
    SymbolicTensor most = ops.reduce("Max", x, axes, true);
    SymbolicTensor exp = ops.one("Exp", ops.sub(x, most));
    return ops.div(exp, ops.reduce("Sum", exp, axes, true));
  }
}

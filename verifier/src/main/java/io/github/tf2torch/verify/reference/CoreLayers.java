package io.github.tf2torch.verify.reference;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code keras/src/layers/core}. */
final class CoreLayers {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "Dense", LayerReference.of(CoreLayers::dense),
          "TimeDistributedDense", LayerReference.of(CoreLayers::dense),
          "EinsumDense", LayerReference.of(CoreLayers::einsumDense),
          "Embedding", LayerReference.of(CoreLayers::embedding),
          "ReversibleEmbedding", LayerReference.of(CoreLayers::reversible),
          "Masking", LayerReference.of(CoreLayers::masking),
          "Identity", LayerReference.of(LayerCall::input));

  private CoreLayers() {}

  static SymbolicTensor dense(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor y = ops.product(call.input(), call.weight(0));
    if (usesBias(call)) {
      y = ops.add(y, call.weight(1));
    }
    return Activations.of(call, y, "linear", "activation");
  }

  static boolean usesBias(LayerCall call) {
    return call.settings().flag(true, "use_bias", "bias");
  }

  private static SymbolicTensor einsumDense(LayerCall call) {
    Ops ops = call.ops();
    String equation = call.settings().text("", "equation");
    SymbolicTensor y = ops.einsum(equation, call.input(), call.weight(0));
    String axes = call.settings().text("", "bias_axes");
    if (axes.isEmpty()) {
      return Activations.of(call, y, "linear", "activation");
    }
    String result = equation.substring(equation.indexOf("->") + 2);
    long[] shape = new long[y.rank()];
    Arrays.fill(shape, 1);
    int dots = result.indexOf("...");
    int elided = y.rank() - result.replace("...", "").length();
    axes.chars()
        .map(result::indexOf)
        .map(at -> dots >= 0 && at > dots ? at - "...".length() + elided : at)
        .forEach(at -> shape[at] = y.extent(at));
    SymbolicTensor biased = ops.add(y, ops.reshape(call.weight(1), shape));
    return Activations.of(call, biased, "linear", "activation");
  }

  private static SymbolicTensor embedding(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor indices = ops.cast(call.input(), DType.INT32);
    SymbolicTensor y = ops.gather(call.weight(0), indices, 0);
    if (call.settings().flag(false, "mask_zero")) {
      call.building().mask(y, ops.one("NotEqual", indices, ops.scalar(0)));
    }
    return y;
  }

  /** An embedding or, where it is called so, the product with its transpose. */
  private static SymbolicTensor reversible(LayerCall call) {
    if (!call.arguments().settings().flag(false, "reverse")) {
      return embedding(call);
    }
    Ops ops = call.ops();
    boolean isTied = call.settings().flag(true, "tie_weights");
    SymbolicTensor kernel = isTied ? ops.transpose(call.weight(0), 1, 0) : call.weight(1);
    SymbolicTensor logits = ops.product(call.input(), kernel);
    if (!call.settings().has("logit_soft_cap")) {
      return logits;
    }
    double cap = call.settings().number(1, "logit_soft_cap");
    return ops.mul(ops.one("Tanh", ops.div(logits, cap)), cap);
  }

  private static SymbolicTensor masking(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    double value = call.settings().get("mask_value").map(Settings::numberOf).orElse(0.0);
    SymbolicTensor differs = ops.one("NotEqual", x, ops.number(value, x));
    SymbolicTensor kept = ops.reduce("Any", differs, List.of(x.rank() - 1), true);
    SymbolicTensor y = ops.mul(x, ops.cast(kept, x.dtype()));
    call.building().mask(y, ops.squeeze(kept, -1));
    return y;
  }
}

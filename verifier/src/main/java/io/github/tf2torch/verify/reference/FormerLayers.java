package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Map;

/**
 * Layers that Keras 1 alone had: {@code core.py}, {@code advanced_activations.py} and {@code
 * batch_dot} of Keras 1.2.2.
 */
final class FormerLayers {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "MaxoutDense", LayerReference.of(FormerLayers::maxout),
          "Highway", LayerReference.of(FormerLayers::highway),
          "ParametricSoftplus", LayerReference.of(FormerLayers::softplus),
          "SReLU", LayerReference.of(FormerLayers::shaped));

  private FormerLayers() {}

  /** Under the names of Keras 1's classes later files have others. */
  static void requireKeras1(LayerCall call) {
    if (call.building().version().major() != 1) {
      throw call.missing("in a file of a later Keras than 1");
    }
  }

  /** The largest of several affine maps, one for each first index of W and b. */
  private static SymbolicTensor maxout(LayerCall call) {
    requireKeras1(call);
    Ops ops = call.ops();
    SymbolicTensor each = ops.einsum("ni,fio->nfo", call.input(), call.weight(0));
    SymbolicTensor biased =
        CoreLayers.usesBias(call) ? ops.add(each, ops.expand(call.weight(1), 0)) : each;
    return ops.reduce("Max", biased, List.of(1), false);
  }

  private static SymbolicTensor highway(LayerCall call) {
    requireKeras1(call);
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    SymbolicTensor y = ops.product(x, call.weight(0));
    SymbolicTensor carried = ops.product(x, call.weight(1));
    if (CoreLayers.usesBias(call)) {
      y = ops.add(y, call.weight(2));
      carried = ops.add(carried, call.weight(3));
    }
    SymbolicTensor gate = ops.one("Sigmoid", carried);
    SymbolicTensor turned = Activations.of(call, y, "linear", "activation");
    return ops.add(ops.mul(turned, gate), ops.mul(ops.complement(gate), x));
  }

  private static SymbolicTensor softplus(LayerCall call) {
    requireKeras1(call);
    Ops ops = call.ops();
    SymbolicTensor soft = ops.one("Softplus", ops.mul(call.input(), call.weight(1)));
    return ops.mul(soft, call.weight(0));
  }

  /** Where x is on the left, between and on the right, by comparison. */
  private static SymbolicTensor shaped(LayerCall call) {
    requireKeras1(call);
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    SymbolicTensor left = call.weight(0);
    SymbolicTensor right = ops.add(left, ops.one("Abs", call.weight(2)));
    SymbolicTensor onLeft = ops.add(left, ops.mul(call.weight(1), ops.sub(x, left)));
    SymbolicTensor onRight = ops.add(right, ops.mul(call.weight(3), ops.sub(x, right)));
    SymbolicTensor inside = ops.where(ops.one("Less", x, left), onLeft, x);
    return ops.where(ops.one("Greater", x, right), onRight, inside);
  }

  /** {@code K.batch_dot}: rows of matrices with each other, or matrices turned as axes say. */
  static SymbolicTensor dot(LayerCall call, SymbolicTensor x, SymbolicTensor y) {
    Ops ops = call.ops();
    Config stored = call.settings().get("dot_axes").orElse(new Config.Whole(-1));
    List<Long> axes = Settings.wholesOf(stored);
    if (x.rank() != y.rank() || x.rank() < 2 || x.rank() > 3) {
      throw call.missing("of tensors of rank " + x.rank() + " and " + y.rank());
    }
    if (x.rank() == 2) {
      return ops.reduce("Sum", ops.mul(x, y), List.of(1), true);
    }
    SymbolicTensor a = isLast(axes.get(0)) ? x : ops.transpose(x, 0, 2, 1);
    SymbolicTensor b = isLast(axes.get(axes.size() - 1)) ? ops.transpose(y, 0, 2, 1) : y;
    return ops.one("BatchMatMulV2", a, b);
  }

  private static boolean isLast(long axis) {
    return axis == 2 || axis == -1;
  }

  static SymbolicTensor cosine(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    SymbolicTensor y = call.inputs().get(1);
    SymbolicTensor squares = ops.mul(dot(call, x, x), dot(call, y, y));
    SymbolicTensor lengths = ops.maximum(ops.one("Sqrt", squares), 1e-7);
    return ops.expand(ops.div(dot(call, x, y), lengths), 1);
  }
}

package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.SamePad2d;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value padded for a window: by constants where the extents are known, else by a module. */
final class SamePadding {
  private SamePadding() {}

  static Held apply(Held x, Window window, float value, OpContext context) {
    return apply(x, window, value, Optional.empty(), context);
  }

  /** The value padded for the module that takes it next. */
  static Held apply(
      Held x, Window window, float value, Optional<ModuleCall> beside, OpContext context) {
    List<Long> pads = window.pads(x.type().dims());
    TensorType type = padded(x.type(), window, pads);
    if (!pads.contains(-1L)) {
      List<Long> torch = new ArrayList<>();
      for (int i = pads.size() - 2; i >= 0; i -= 2) {
        torch.addAll(pads.subList(i, i + 2));
      }
      return context.assign(Padding.constant(x.expr(), torch, new Expr.FloatLiteral(value)), type);
    }
    if (window.spatial().size() != 2) {
      throw context.unsupported("SAME padding of extents that are not known, beyond two axes");
    }
    SamePad2d pad = new SamePad2d(window.kernel(), window.strides(), window.dilations(), value);
    return context.call(new ModuleCall(pad, Map.of(), "pad", beside), x, type);
  }

  private static TensorType padded(TensorType type, Window window, List<Long> pads) {
    List<Long> extents = new ArrayList<>(type.dims().extents());
    for (int i = 0; i < window.spatial().size(); i++) {
      int axis = window.spatial().get(i);
      long extent = extents.get(axis);
      boolean known = extent >= 0 && pads.get(2 * i) >= 0;
      extents.set(axis, known ? extent + pads.get(2 * i) + pads.get(2 * i + 1) : -1L);
    }
    return type.withDims(new Dims(extents));
  }
}

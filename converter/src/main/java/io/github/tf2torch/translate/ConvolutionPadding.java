package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement.Assign;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.Conv;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program in which a convolution pads by itself, where what it reads is padded with as many zeros
 * on both sides for it alone: Keras writes a ZeroPadding2D before a convolution of stride 2.
 *
 * @param modules those of the program
 * @param body its statements
 */
record ConvolutionPadding(List<TorchModel.Instance> modules, List<Assign> body) {
  /** Before the path of a module among the names of values. */
  private static final String SELF = "self.";

  static ConvolutionPadding of(
      List<TorchModel.Instance> modules, List<Assign> body, List<TorchModel.Output> outputs) {
    Map<String, Integer> uses = new HashMap<>();
    outputs.forEach(o -> uses.merge(o.value(), 1, Integer::sum));
    body.forEach(a -> count(a.value(), uses));
    Map<String, TorchModule> byPath = new LinkedHashMap<>();
    modules.forEach(m -> byPath.put(m.path(), m.module()));
    Map<String, Expr.Aten> pads = new HashMap<>();
    Map<String, Assign> kept = new LinkedHashMap<>();
    for (Assign assign : body) {
      String target = assign.targets().get(0);
      if (assign.value() instanceof Expr.Aten pad && isOfZeros(pad) && isOnce(target, uses)) {
        pads.put(target, pad);
      }
      kept.put(target, assign);
      if (assign.value() instanceof Expr.ModuleCall call
          && isOnce(SELF + call.path(), uses)
          && call.arguments().get(0) instanceof Expr.Local x
          && pads.containsKey(x.name())
          && byPath.get(call.path()) instanceof Conv conv) {
        Expr.Aten pad = pads.get(x.name());
        Optional<Conv> padded = padded(conv, pad.arguments().get(1).parts());
        if (padded.isPresent()) {
          byPath.put(call.path(), padded.get());
          kept.remove(x.name());
          Expr now = new Expr.ModuleCall(call.path(), List.of(pad.arguments().get(0)));
          kept.put(target, new Assign(assign.targets(), now));
        }
      }
    }
    List<TorchModel.Instance> changed = new ArrayList<>();
    byPath.forEach((path, module) -> changed.add(new TorchModel.Instance(path, module)));
    return new ConvolutionPadding(changed, List.copyOf(kept.values()));
  }

  private static boolean isOnce(String name, Map<String, Integer> uses) {
    return uses.getOrDefault(name, 0) == 1;
  }

  private static boolean isOfZeros(Expr.Aten aten) {
    return aten.operator().equals("constant_pad_nd")
        && (aten.arguments().size() == 2
            || aten.arguments().get(2).equals(new Expr.IntLiteral(0))
            || aten.arguments().get(2).equals(new Expr.FloatLiteral(0)));
  }

  /** With {@code ends} of the last axis first; empty where those of an axis differ. */
  private static Optional<Conv> padded(Conv conv, List<Expr> ends) {
    int spatial = conv.kernel().size();
    if (ends.size() != 2 * spatial) {
      return Optional.empty();
    }
    List<Long> padding = new ArrayList<>();
    for (int axis = 0; axis < spatial; axis++) {
      Expr left = ends.get(2 * (spatial - 1 - axis));
      boolean isSymmetric = left.equals(ends.get(2 * (spatial - 1 - axis) + 1));
      if (!isSymmetric || !(left instanceof Expr.IntLiteral width) || width.value() < 0) {
        return Optional.empty();
      }
      padding.add(conv.padding().get(axis) + width.value());
    }
    return Optional.of(conv.withPadding(padding));
  }

  private static void count(Expr expr, Map<String, Integer> uses) {
    if (expr instanceof Expr.Local local) {
      uses.merge(local.name(), 1, Integer::sum);
    } else if (expr instanceof Expr.ModuleCall call) {
      uses.merge(SELF + call.path(), 1, Integer::sum);
    }
    expr.parts().forEach(p -> count(p, uses));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModule.Argument;
import java.util.List;

/** Constructor arguments as a person writes them: one number where both axes have the same. */
final class Arguments {
  private Arguments() {}

  static Argument positional(long value) {
    return new Argument("", new Expr.IntLiteral(value));
  }

  /** The axes that a norm is over: one number where there is one. */
  static Argument normalizedShape(List<Long> shape) {
    return shape.size() == 1 ? positional(shape.get(0)) : new Argument("", Expr.ints(shape));
  }

  /** Of LayerNorm and GroupNorm, which have 1e-5 where none is said. */
  static void addEps(List<Argument> to, float eps) {
    if (eps != 1e-5f) {
      to.add(new Argument("eps", new Expr.FloatLiteral(eps)));
    }
  }

  static Expr pair(List<Long> values) {
    return values.stream().distinct().count() == 1
        ? new Expr.IntLiteral(values.get(0))
        : Expr.ints(values);
  }

  static void addPair(List<Argument> to, String name, List<Long> values, long torchDefault) {
    if (values.stream().anyMatch(v -> v != torchDefault)) {
      to.add(new Argument(name, pair(values)));
    }
  }
}

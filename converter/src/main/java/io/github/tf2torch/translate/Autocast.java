package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The type that a layer of Keras computes in, to which it casts floating-point tensors that it is
 * called with: {@code Layer.__call__}, {@code autocast}. Under a mixed policy variables are
 * float32, and so the module computes.
 */
final class Autocast {
  private static final String MIXED = "mixed_";

  private Autocast() {}

  /** Empty where the file does not say it. */
  private static Optional<DType> type(Layer layer) {
    return policy(layer)
        .flatMap(p -> p.startsWith(MIXED) ? Optional.of(DType.FLOAT32) : DType.ofTorch(p))
        .filter(DType::isFloating);
  }

  private static Optional<String> policy(Layer layer) {
    return layer
        .config()
        .get("dtype")
        .flatMap(
            d ->
                d.text()
                    .or(() -> d.get("config").flatMap(c -> c.get("name")).flatMap(Config::text)));
  }

  /** The value as the layer takes it. */
  static Held of(Held value, Layer layer, LayerWalk walk) {
    policy(layer)
        .filter(p -> p.startsWith(MIXED))
        .ifPresent(
            p ->
                walk.program()
                    .assume(
                        "layers of policy %s compute in float32, as their variables are; for speed, run the model under torch.autocast"
                            .formatted(p)));
    return cast(value, type(layer).orElse(value.type().dtype()), walk);
  }

  /**
   * What a function of keras.ops is given, which has no policy: floating-point tensors of several
   * types together, as {@code result_type} of {@code keras/src/backend/common/dtypes.py} has them.
   */
  static LayerCall.Given together(LayerCall.Given given, LayerWalk walk) {
    Set<DType> types =
        given.inputs().stream()
            .map(v -> v.type().dtype())
            .filter(DType::isFloating)
            .collect(Collectors.toSet());
    if (types.size() < 2) {
      return given;
    }
    DType wide = types.contains(DType.FLOAT64) ? DType.FLOAT64 : DType.FLOAT32;
    return given.each(v -> cast(v, wide, walk));
  }

  private static Held cast(Held value, DType wanted, LayerWalk walk) {
    DType has = value.type().dtype();
    if (wanted == has || !has.isFloating()) {
      return value;
    }
    Held cast =
        walk.program()
            .assign(
                "cast",
                Expr.aten("to", value.expr(), new Expr.DTypeLiteral(wanted)),
                value.type().withDtype(wanted));
    walk.standsFor(value, cast);
    return cast;
  }
}

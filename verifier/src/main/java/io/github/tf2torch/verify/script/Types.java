package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.tensor.DType;
import java.util.Map;
import java.util.Optional;

/** {@code c10/core/ScalarType.h}: code says a type by its number. */
final class Types {
  private static final Map<Integer, DType> BY_NUMBER =
      Map.of(
          0, DType.UINT8,
          1, DType.INT8,
          2, DType.INT16,
          3, DType.INT32,
          4, DType.INT64,
          5, DType.FLOAT16,
          6, DType.FLOAT32,
          7, DType.FLOAT64,
          11, DType.BOOL);

  private Types() {}

  static long number(DType dtype) {
    return BY_NUMBER.entrySet().stream()
        .filter(e -> e.getValue().equals(dtype))
        .findFirst()
        .orElseThrow(() -> new UnreadScript("a tensor of the type " + dtype))
        .getKey();
  }

  static Expr literal(long number) {
    return new Expr.DTypeLiteral(
        Optional.ofNullable(number == (int) number ? BY_NUMBER.get((int) number) : null)
            .orElseThrow(() -> new UnreadScript("a cast to the type number " + number)));
  }
}

package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The type of a result of several operands: that of the tensors with dimensions, unless one without
 * or a number is of a higher kind.
 *
 * <p>Rule: {@code aten/src/ATen/native/TypeProperties.cpp}, {@code result_type}.
 */
final class Promotion {
  private static final List<DType> WHOLE =
      List.of(DType.UINT8, DType.INT8, DType.INT16, DType.INT32, DType.INT64);

  private Promotion() {}

  static DType of(Collection<Datum> operands) {
    Optional<DType> best = Optional.empty();
    for (int priority = 0; priority < 3; priority++) {
      int of = priority;
      Optional<DType> found =
          operands.stream()
              .filter(o -> priority(o) == of)
              .map(Promotion::type)
              .reduce(Promotion::common);
      if (found.isPresent() && (best.isEmpty() || kind(found.get()) > kind(best.get()))) {
        best = found;
      }
    }
    return best.orElseThrow(() -> new AssertionError("an operator without operands"));
  }

  /** Tensors with dimensions, tensors without, numbers; anything else has no part in it. */
  private static int priority(Datum operand) {
    if (operand instanceof Datum.Tensor t) {
      return t.rank() > 0 ? 0 : 1;
    }
    boolean isNumber =
        operand instanceof Datum.Whole
            || operand instanceof Datum.Number
            || operand instanceof Datum.Flag;
    return isNumber ? 2 : 3;
  }

  private static DType type(Datum operand) {
    if (operand instanceof Datum.Tensor t) {
      return t.dtype();
    }
    return operand instanceof Datum.Number
        ? DType.FLOAT32
        : operand instanceof Datum.Whole ? DType.INT64 : DType.BOOL;
  }

  private static int kind(DType dtype) {
    return dtype == DType.BOOL ? 0 : dtype.isFloating() ? 2 : WHOLE.contains(dtype) ? 1 : 3;
  }

  private static DType common(DType left, DType right) {
    if (left == right || kind(left) != kind(right)) {
      return kind(left) >= kind(right) ? left : right;
    }
    if (kind(left) == 2) {
      boolean isHalf = left.bytes() == 2 && right.bytes() == 2;
      return isHalf ? DType.FLOAT32 : left.bytes() > right.bytes() ? left : right;
    }
    boolean isByte = left.bytes() == 1 && right.bytes() == 1;
    return isByte ? DType.INT16 : left.bytes() > right.bytes() ? left : right;
  }
}

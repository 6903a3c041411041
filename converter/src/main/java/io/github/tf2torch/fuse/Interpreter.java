package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;
import java.util.function.LongBinaryOperator;

/** One operation on constants, rounded to its type as TensorFlow rounds. */
final class Interpreter {
  // In double and then rounded: for + - * / and sqrt that is float32's own correctly rounded result
  private static final Map<String, DoubleBinaryOperator> REAL =
      Map.of(
          "Add", Double::sum,
          "AddV2", Double::sum,
          "Sub", (a, b) -> a - b,
          "Mul", (a, b) -> a * b,
          "RealDiv", (a, b) -> a / b,
          "Maximum", Math::max,
          "Minimum", Math::min);
  private static final Map<String, LongBinaryOperator> WHOLE =
      Map.of(
          "Add", Long::sum,
          "AddV2", Long::sum,
          "Sub", (a, b) -> a - b,
          "Mul", (a, b) -> a * b,
          "FloorDiv", Math::floorDiv,
          "FloorMod", Math::floorMod,
          "Maximum", Math::max,
          "Minimum", Math::min);
  private static final Map<String, IntPredicate> COMPARISONS =
      Map.of(
          "Equal", order -> order == 0,
          "NotEqual", order -> order != 0,
          "Greater", order -> order > 0,
          "GreaterEqual", order -> order >= 0,
          "Less", order -> order < 0,
          "LessEqual", order -> order <= 0);
  private static final Map<String, DoubleUnaryOperator> UNARY =
      Map.of(
          "Sqrt", Math::sqrt,
          "Rsqrt", a -> 1 / Math.sqrt(a),
          "Neg", a -> -a,
          "Square", a -> a * a);

  private Interpreter() {}

  /** Empty where the operation, or its use of these types, is not known here. */
  static Optional<TensorValue> evaluate(Node node, List<TensorValue> inputs) {
    if (inputs.stream().anyMatch(v -> !isPlain(v.dtype()))) {
      return Optional.empty();
    }
    TensorValue first = inputs.get(0);
    if (inputs.size() == 2 && first.dtype() == inputs.get(1).dtype()) {
      Optional<TensorValue> result = binary(node.op(), first, inputs.get(1));
      if (result.isPresent()) {
        return result;
      }
    }
    if (UNARY.containsKey(node.op()) && first.dtype().isFloating()) {
      double[] values = Arrays.stream(first.doubles()).map(UNARY.get(node.op())).toArray();
      return Optional.of(TensorValue.ofDoubles(first.dtype(), first.shape(), values));
    }
    return switch (node.op()) {
      case "Cast" -> cast(first, node.typeAttr("DstT"));
      case "Prod" -> product(first, inputs.get(1), node.boolAttr("keep_dims"));
      case "Range" -> range(inputs);
      case "Fill" -> fill(first, inputs.get(1));
      case "BroadcastArgs" -> broadcastArgs(first, inputs.get(1));
      case "BroadcastTo" -> broadcastTo(first, inputs.get(1));
      case "MatrixDiagV3" -> diagonal(inputs);
      case "SelectV2" -> chosen(first, inputs.get(1), inputs.get(2));
      case "ZerosLike" ->
          Optional.of(
              TensorValue.ofDoubles(
                  first.dtype(), first.shape(), new double[first.doubles().length]));
      default -> Rearrangement.evaluate(node, inputs);
    };
  }

  private static boolean isPlain(DType dtype) {
    return switch (dtype) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, INT64, INT32, INT16, INT8, UINT8, BOOL -> true;
      default -> false;
    };
  }

  private static Optional<TensorValue> binary(String op, TensorValue a, TensorValue b) {
    if (COMPARISONS.containsKey(op)) {
      return compared(COMPARISONS.get(op), a, b);
    }
    boolean isReal = a.dtype().isFloating();
    boolean isKnown = isReal ? REAL.containsKey(op) : WHOLE.containsKey(op);
    Optional<Shape> shape = isKnown ? broadcast(a.shape(), b.shape()) : Optional.empty();
    if (shape.isEmpty() || isDivisionByZero(op, b)) {
      return Optional.empty();
    }
    int count = Math.toIntExact(shape.get().count());
    double[] reals = new double[isReal ? count : 0];
    long[] wholes = new long[isReal ? 0 : count];
    for (int i = 0; i < count; i++) {
      long ia = index(i, shape.get(), a.shape());
      long ib = index(i, shape.get(), b.shape());
      if (isReal) {
        reals[i] = REAL.get(op).applyAsDouble(a.doubleAt(ia), b.doubleAt(ib));
      } else {
        wholes[i] = WHOLE.get(op).applyAsLong(a.longAt(ia), b.longAt(ib));
      }
    }
    return Optional.of(
        isReal
            ? TensorValue.ofDoubles(a.dtype(), shape.get(), reals)
            : TensorValue.ofLongs(a.dtype(), shape.get(), wholes));
  }

  /** Of whole numbers, as axes are compared with zero. */
  private static Optional<TensorValue> compared(IntPredicate test, TensorValue a, TensorValue b) {
    boolean isWhole = !a.dtype().isFloating() && a.dtype() != DType.BOOL;
    Optional<Shape> shape = isWhole ? broadcast(a.shape(), b.shape()) : Optional.empty();
    if (shape.isEmpty()) {
      return Optional.empty();
    }
    long[] answers = new long[Math.toIntExact(shape.get().count())];
    for (int i = 0; i < answers.length; i++) {
      long left = a.longAt(index(i, shape.get(), a.shape()));
      long right = b.longAt(index(i, shape.get(), b.shape()));
      answers[i] = test.test(Long.compare(left, right)) ? 1 : 0;
    }
    return Optional.of(TensorValue.ofLongs(DType.BOOL, shape.get(), answers));
  }

  /** Of whole numbers, as an axis that counts from the end is made one from the beginning. */
  private static Optional<TensorValue> chosen(TensorValue test, TensorValue yes, TensorValue no) {
    Optional<Shape> shape =
        yes.dtype().isFloating()
            ? Optional.empty()
            : broadcast(yes.shape(), no.shape()).flatMap(s -> broadcast(s, test.shape()));
    if (shape.isEmpty()) {
      return Optional.empty();
    }
    long[] values = new long[Math.toIntExact(shape.get().count())];
    for (int i = 0; i < values.length; i++) {
      TensorValue from = test.longAt(index(i, shape.get(), test.shape())) != 0 ? yes : no;
      values[i] = from.longAt(index(i, shape.get(), from.shape()));
    }
    return Optional.of(TensorValue.ofLongs(yes.dtype(), shape.get(), values));
  }

  private static boolean isDivisionByZero(String op, TensorValue divisor) {
    return op.startsWith("Floor") && Arrays.stream(divisor.longs()).anyMatch(d -> d == 0);
  }

  /** The shape that both broadcast to, by NumPy's rule. */
  private static Optional<Shape> broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] dims = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long da = i <= a.rank() ? a.dim(a.rank() - i) : 1;
      long db = i <= b.rank() ? b.dim(b.rank() - i) : 1;
      if (da != db && da != 1 && db != 1) {
        return Optional.empty();
      }
      dims[rank - i] = da == 1 ? db : da;
    }
    return Optional.of(Shape.of(dims));
  }

  private static Optional<TensorValue> broadcastArgs(TensorValue a, TensorValue b) {
    return broadcast(Shape.of(a.longs()), Shape.of(b.longs()))
        .map(
            s ->
                TensorValue.ofLongs(
                    a.dtype(),
                    Shape.of(s.rank()),
                    s.dims().stream().mapToLong(Long::longValue).toArray()));
  }

  private static Optional<TensorValue> broadcastTo(TensorValue value, TensorValue dims) {
    Shape shape = Shape.of(dims.longs());
    if (shape.count() > 1 << 16 || !broadcast(value.shape(), shape).equals(Optional.of(shape))) {
      return Optional.empty();
    }
    long[] places = new long[Math.toIntExact(shape.count())];
    Arrays.setAll(places, i -> index(i, shape, value.shape()));
    return Optional.of(Rearrangement.pick(value, shape, places));
  }

  /** The square matrix of a main diagonal, as {@code eye} makes it; zero elsewhere. */
  private static Optional<TensorValue> diagonal(List<TensorValue> inputs) {
    TensorValue vector = inputs.get(0);
    long size = vector.shape().rank() == 1 ? vector.shape().dim(0) : 1 << 16;
    boolean isMain = inputs.get(1).shape().count() == 1 && inputs.get(1).longAt(0) == 0;
    boolean isSquare =
        inputs.subList(2, 4).stream().allMatch(n -> n.longAt(0) == -1 || n.longAt(0) == size);
    if (!isMain || !isSquare || size > 1 << 8 || inputs.get(4).doubleAt(0) != 0) {
      return Optional.empty();
    }
    double[] values = new double[Math.toIntExact(size * size)];
    for (int i = 0; i < size; i++) {
      values[i * Math.toIntExact(size + 1)] = vector.doubleAt(i);
    }
    return Optional.of(TensorValue.ofDoubles(vector.dtype(), Shape.of(size, size), values));
  }

  /** Where an element of the broadcast result lies in an operand. */
  private static long index(long flat, Shape result, Shape operand) {
    long rest = flat;
    long index = 0;
    long stride = 1;
    for (int i = 1; i <= operand.rank(); i++) {
      long extent = result.dim(result.rank() - i);
      long own = operand.dim(operand.rank() - i);
      index += own == 1 ? 0 : rest % extent * stride;
      stride *= own;
      rest /= extent;
    }
    return index;
  }

  private static Optional<TensorValue> cast(TensorValue value, DType to) {
    if (!isPlain(to)) {
      return Optional.empty();
    }
    boolean isWhole = !value.dtype().isFloating() && !to.isFloating();
    if (to == DType.BOOL && value.dtype().isFloating()) {
      return Optional.empty();
    }
    return Optional.of(
        isWhole
            ? TensorValue.ofLongs(to, value.shape(), value.longs())
            : TensorValue.ofDoubles(to, value.shape(), value.doubles()));
  }

  /** A product of all elements; along single axes only vectors are multiplied here. */
  private static Optional<TensorValue> product(TensorValue of, TensorValue axes, boolean keep) {
    if (of.dtype().isFloating() || of.shape().rank() != 1 || axes.shape().count() != 1 || keep) {
      return Optional.empty();
    }
    long all = Arrays.stream(of.longs()).reduce(1, (a, b) -> a * b);
    return Optional.of(TensorValue.ofLongs(of.dtype(), Shape.of(), all));
  }

  private static Optional<TensorValue> range(List<TensorValue> inputs) {
    double start = inputs.get(0).doubleAt(0);
    double step = inputs.get(2).doubleAt(0);
    double count = Math.max(0, Math.ceil((inputs.get(1).doubleAt(0) - start) / step));
    if (step == 0 || !(count <= 1 << 16)) {
      return Optional.empty();
    }
    double[] values = new double[(int) count];
    Arrays.setAll(values, i -> start + i * step);
    DType dtype = inputs.get(0).dtype();
    return Optional.of(TensorValue.ofDoubles(dtype, Shape.of(values.length), values));
  }

  private static Optional<TensorValue> fill(TensorValue dims, TensorValue value) {
    Shape shape = Shape.of(dims.longs());
    if (shape.count() > 1 << 16) {
      return Optional.empty();
    }
    return Optional.of(Rearrangement.pick(value, shape, new long[Math.toIntExact(shape.count())]));
  }
}

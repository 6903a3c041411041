package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.GraphBuilder;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** TensorFlow's operations under one name scope, most of them by TensorFlow's own names. */
final class Ops {
  private final GraphBuilder graph;
  private final String scope;

  Ops(GraphBuilder graph, String scope) {
    this.graph = graph;
    this.scope = scope;
  }

  Ops in(String inner) {
    return new Ops(graph, scope + "/" + inner);
  }

  List<SymbolicTensor> all(String op, Map<String, Attr> attrs, List<SymbolicTensor> inputs) {
    return graph.add(scope + "/" + op, op, inputs, attrs);
  }

  /** The attribute that is the type of an op's input, or its one type. */
  String typeOf(String op, int input, int inputs) {
    return graph.typeOf(op, input, inputs);
  }

  SymbolicTensor one(String op, Map<String, Attr> attrs, SymbolicTensor... inputs) {
    return all(op, attrs, List.of(inputs)).get(0);
  }

  SymbolicTensor one(String op, SymbolicTensor... inputs) {
    return one(op, Map.of(), inputs);
  }

  /** The value under a name of its own. */
  SymbolicTensor named(String name, SymbolicTensor x) {
    return graph.add(name, "Identity", List.of(x), Map.of()).get(0);
  }

  /** As Keras has numbers: Python's, in the type of what they are combined with. */
  SymbolicTensor number(double value, SymbolicTensor like) {
    return constant(
        like.dtype().isFloating()
            ? TensorValue.ofDoubles(like.dtype(), Shape.of(), value)
            : TensorValue.ofLongs(like.dtype(), Shape.of(), (long) value));
  }

  /**
   * A number that mathematics gives and no file holds, such as the logarithm of 2: rounded to the
   * type of {@code like} where the graph runs in it, and not where it is widened.
   */
  SymbolicTensor real(double value, SymbolicTensor like) {
    return cast(constant(TensorValue.ofDoubles(DType.FLOAT64, Shape.of(), value)), like.dtype());
  }

  SymbolicTensor constant(TensorValue value) {
    return graph.constant(scope + "/Const", value);
  }

  SymbolicTensor ints(long... values) {
    return constant(TensorValue.ofLongs(DType.INT32, Shape.of(values.length), values));
  }

  SymbolicTensor ints(List<Long> values) {
    return ints(values.stream().mapToLong(Long::longValue).toArray());
  }

  SymbolicTensor scalar(long value) {
    return constant(TensorValue.ofLongs(DType.INT32, Shape.of(), value));
  }

  /** All of one value, in the type of {@code like}. */
  SymbolicTensor filled(Shape shape, double value, SymbolicTensor like) {
    return one("Fill", ints(shape.dims()), number(value, like));
  }

  SymbolicTensor add(SymbolicTensor x, SymbolicTensor y) {
    return one("AddV2", x, y);
  }

  SymbolicTensor add(SymbolicTensor x, double y) {
    return add(x, number(y, x));
  }

  SymbolicTensor sub(SymbolicTensor x, SymbolicTensor y) {
    return one("Sub", x, y);
  }

  /** {@code 1 - x}. */
  SymbolicTensor complement(SymbolicTensor x) {
    return sub(number(1, x), x);
  }

  SymbolicTensor mul(SymbolicTensor x, SymbolicTensor y) {
    return one("Mul", x, y);
  }

  SymbolicTensor mul(SymbolicTensor x, double y) {
    return mul(x, number(y, x));
  }

  SymbolicTensor div(SymbolicTensor x, SymbolicTensor y) {
    return one("RealDiv", x, y);
  }

  SymbolicTensor div(SymbolicTensor x, double y) {
    return div(x, number(y, x));
  }

  SymbolicTensor power(SymbolicTensor x, double y) {
    return one("Pow", x, number(y, x));
  }

  SymbolicTensor maximum(SymbolicTensor x, double y) {
    return one("Maximum", x, number(y, x));
  }

  SymbolicTensor minimum(SymbolicTensor x, double y) {
    return one("Minimum", x, number(y, x));
  }

  SymbolicTensor where(SymbolicTensor condition, SymbolicTensor x, SymbolicTensor y) {
    return one("SelectV2", condition, x, y);
  }

  SymbolicTensor greater(SymbolicTensor x, double y) {
    return one("Greater", x, number(y, x));
  }

  SymbolicTensor cast(SymbolicTensor x, DType dtype) {
    return x.dtype() == dtype ? x : one("Cast", Map.of("DstT", new Attr.Type(dtype)), x);
  }

  SymbolicTensor reshape(SymbolicTensor x, List<Long> shape) {
    return one("Reshape", x, ints(shape));
  }

  SymbolicTensor reshape(SymbolicTensor x, long... shape) {
    return one("Reshape", x, ints(shape));
  }

  SymbolicTensor transpose(SymbolicTensor x, List<Integer> axes) {
    return one("Transpose", x, ints(axes.stream().mapToLong(Integer::longValue).toArray()));
  }

  SymbolicTensor transpose(SymbolicTensor x, Integer... axes) {
    return transpose(x, List.of(axes));
  }

  SymbolicTensor expand(SymbolicTensor x, int axis) {
    return one("ExpandDims", x, scalar(axis));
  }

  SymbolicTensor squeeze(SymbolicTensor x, int axis) {
    List<Long> dims = new ArrayList<>(x.shape().dims());
    dims.remove(axis < 0 ? axis + x.rank() : axis);
    return reshape(x, dims);
  }

  SymbolicTensor concat(List<SymbolicTensor> parts, int axis) {
    List<SymbolicTensor> inputs = new ArrayList<>(parts);
    inputs.add(scalar(axis));
    return parts.size() == 1 ? parts.get(0) : all("ConcatV2", Map.of(), inputs).get(0);
  }

  SymbolicTensor stack(List<SymbolicTensor> parts, int axis) {
    return all("Pack", Map.of("axis", new Attr.Int(axis)), parts).get(0);
  }

  /** The elements of an axis, which goes away. */
  List<SymbolicTensor> unstack(SymbolicTensor x, int axis) {
    Map<String, Attr> attrs =
        Map.of("num", new Attr.Int(x.extent(axis)), "axis", new Attr.Int(axis));
    return all("Unpack", attrs, List.of(x));
  }

  /** In equal parts. */
  List<SymbolicTensor> split(SymbolicTensor x, int parts, int axis) {
    return parts == 1
        ? List.of(x)
        : all("Split", Map.of("num_split", new Attr.Int(parts)), List.of(scalar(axis), x));
  }

  /** {@code count} elements of an axis from {@code begin} on. */
  SymbolicTensor slice(SymbolicTensor x, int axis, long begin, long count) {
    int at = axis < 0 ? axis + x.rank() : axis;
    long[] begins = new long[x.rank()];
    long[] sizes = x.shape().dims().stream().mapToLong(Long::longValue).toArray();
    begins[at] = begin;
    sizes[at] = count;
    return one("Slice", x, ints(begins), ints(sizes));
  }

  /** One element of an axis, which goes away. */
  SymbolicTensor at(SymbolicTensor x, int axis, long index) {
    return squeeze(slice(x, axis, index, 1), axis);
  }

  SymbolicTensor gather(SymbolicTensor x, SymbolicTensor indices, int axis) {
    return one("GatherV2", x, indices, scalar(axis));
  }

  /** Every {@code step}-th element of an axis. */
  SymbolicTensor every(SymbolicTensor x, int axis, long step) {
    long[] indices = LongStream.range(0, (x.extent(axis) + step - 1) / step).toArray();
    return step == 1
        ? x
        : gather(x, ints(Arrays.stream(indices).map(i -> i * step).toArray()), axis);
  }

  /** Each element of an axis {@code times} times, one after another. */
  SymbolicTensor repeat(SymbolicTensor x, int axis, long times) {
    return gather(
        x, ints(LongStream.range(0, x.extent(axis) * times).map(i -> i / times).toArray()), axis);
  }

  SymbolicTensor reverse(SymbolicTensor x, int axis) {
    return one("ReverseV2", x, ints(axis));
  }

  /** By {@code before} and {@code after} an axis's elements, with zeros. */
  SymbolicTensor pad(SymbolicTensor x, List<long[]> beforeAndAfter) {
    boolean isNone = beforeAndAfter.stream().allMatch(p -> p[0] == 0 && p[1] == 0);
    return isNone ? x : one("Pad", x, pairs(beforeAndAfter));
  }

  SymbolicTensor pairs(List<long[]> values) {
    long[] flat = values.stream().flatMapToLong(Arrays::stream).toArray();
    return constant(TensorValue.ofLongs(DType.INT32, Shape.of(values.size(), 2), flat));
  }

  SymbolicTensor reduce(String op, SymbolicTensor x, List<Integer> axes, boolean keepDims) {
    return one(
        op,
        Map.of("keep_dims", new Attr.Bool(keepDims)),
        x,
        ints(axes.stream().mapToLong(Integer::longValue).toArray()));
  }

  SymbolicTensor mean(SymbolicTensor x, List<Integer> axes) {
    return reduce("Mean", x, axes, true);
  }

  /** Biased, about {@code mean}; axes are kept. */
  SymbolicTensor variance(SymbolicTensor x, SymbolicTensor mean, List<Integer> axes) {
    return mean(one("SquaredDifference", x, mean), axes);
  }

  SymbolicTensor rsqrt(SymbolicTensor x) {
    return one("Rsqrt", x);
  }

  /** Matrix product of the last axis of {@code x} with a matrix. */
  SymbolicTensor product(SymbolicTensor x, SymbolicTensor matrix) {
    if (x.rank() == 2) {
      return one("MatMul", x, matrix);
    }
    List<Long> dims = new ArrayList<>(x.shape().dims());
    SymbolicTensor flat = reshape(x, -1, x.extent(-1));
    dims.set(dims.size() - 1, matrix.extent(1));
    return reshape(one("MatMul", flat, matrix), dims);
  }

  SymbolicTensor einsum(String equation, SymbolicTensor... inputs) {
    return one("Einsum", Map.of("equation", new Attr.Text(spelled(equation, inputs))), inputs);
  }

  /** Dots as letters, which stand for as many axes as are left. */
  private static String spelled(String equation, SymbolicTensor... inputs) {
    String[] terms = equation.substring(0, equation.indexOf("->")).split(",", -1);
    for (int i = 0; i < terms.length; i++) {
      if (terms[i].contains("...")) {
        int count = inputs[i].rank() - (terms[i].length() - "...".length());
        return equation.replace("...", "ABCDEF".substring(0, count));
      }
    }
    return equation;
  }

  SymbolicTensor softmax(SymbolicTensor x, int axis) {
    int at = axis < 0 ? axis + x.rank() : axis;
    if (at == x.rank() - 1) {
      return one("Softmax", x);
    }
    List<Integer> swapped = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    Collections.swap(swapped, at, x.rank() - 1);
    return transpose(one("Softmax", transpose(x, swapped)), swapped);
  }

  /** Of a tensor with one axis, along {@code axis} of something of {@code rank}. */
  SymbolicTensor along(SymbolicTensor vector, int axis, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[axis < 0 ? axis + rank : axis] = vector.extent(0);
    return reshape(vector, shape);
  }

  SymbolicTensor not(SymbolicTensor x) {
    return one("LogicalNot", x);
  }

  SymbolicTensor and(SymbolicTensor x, SymbolicTensor y) {
    return one("LogicalAnd", x, y);
  }
}

package io.github.tf2torch.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a target tensor is made from stored ones. Lazy: nothing is read until a writer asks. Every
 * expression is row-major in its own shape.
 */
public sealed interface TensorExpr {
  DType dtype();

  Shape shape();

  /** The recipe as provenance prints it: {@code conv/kernel.permute[3, 2, 0, 1]}. */
  String describe();

  /** The expressions that it is made from. */
  default List<TensorExpr> inputs() {
    return List.of();
  }

  /** The names of the stored variables that it reads, each once, in the order of first use. */
  default List<String> variables() {
    return inputs().stream().flatMap(i -> i.variables().stream()).distinct().toList();
  }

  /** A stored variable, by its name in the source model. */
  record Stored(String variable, DType dtype, Shape shape) implements TensorExpr {
    @Override
    public List<String> variables() {
      return List.of(variable);
    }

    @Override
    public String describe() {
      return variable;
    }

    /**
     * Spelled out, here and below: to link those of records takes a tenth of a small conversion.
     */
    @Override
    public int hashCode() {
      return variable.hashCode();
    }
  }

  /** A constant of the graph, by the name of its node. */
  record Constant(String node, TensorValue value) implements TensorExpr {
    @Override
    public DType dtype() {
      return value.dtype();
    }

    @Override
    public Shape shape() {
      return value.shape();
    }

    @Override
    public String describe() {
      return node;
    }
  }

  /** Every element the same: a gamma that TensorFlow leaves out, a counter. */
  record Fill(DType dtype, Shape shape, double value) implements TensorExpr {
    @Override
    public String describe() {
      return "fill[" + value + "]";
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Fill fill
          && dtype == fill.dtype
          && shape.equals(fill.shape)
          && Double.compare(value, fill.value) == 0;
    }

    @Override
    public int hashCode() {
      return 31 * shape.hashCode() + Double.hashCode(value);
    }
  }

  /** Made from one expression, of its type and shape where it does not say otherwise. */
  sealed interface OfOne extends TensorExpr {
    TensorExpr input();

    @Override
    default List<TensorExpr> inputs() {
      return List.of(input());
    }

    @Override
    default DType dtype() {
      return input().dtype();
    }

    @Override
    default Shape shape() {
      return input().shape();
    }
  }

  /** Made from several of one type. */
  sealed interface OfMany extends TensorExpr {
    @Override
    default DType dtype() {
      return inputs().get(0).dtype();
    }

    @Override
    default Shape shape() {
      return inputs().get(0).shape();
    }
  }

  /** Axis {@code i} of the result is axis {@code axes[i]} of the input. */
  record Permute(TensorExpr input, List<Integer> axes) implements OfOne {
    public Permute {
      axes = List.copyOf(axes);
      if (!axes.stream().sorted().toList().equals(range(input.shape().rank()))) {
        throw new IllegalArgumentException(axes + " does not permute " + input.shape());
      }
    }

    private static List<Integer> range(int rank) {
      return IntStream.range(0, rank).boxed().toList();
    }

    @Override
    public Shape shape() {
      return new Shape(axes.stream().map(a -> input.shape().dim(a)).toList());
    }

    @Override
    public String describe() {
      return input.describe() + ".permute" + axes;
    }

    @Override
    public int hashCode() {
      return 31 * input.hashCode() + axes.hashCode();
    }
  }

  /** The same elements in the same order under another shape. */
  record Reshape(TensorExpr input, Shape shape) implements OfOne {
    public Reshape {
      if (shape.count() != input.shape().count()) {
        throw new IllegalArgumentException(input.shape() + " does not reshape to " + shape);
      }
    }

    @Override
    public String describe() {
      return input.describe() + ".reshape" + shape;
    }

    @Override
    public int hashCode() {
      return 31 * input.hashCode() + shape.hashCode();
    }
  }

  /** Elements {@code start} to {@code start + length} along one axis. */
  record Slice(TensorExpr input, int axis, long start, long length) implements OfOne {
    public Slice {
      if (start < 0 || length < 0 || start + length > input.shape().dim(axis)) {
        throw new IllegalArgumentException(
            "slice " + start + "+" + length + " of axis " + axis + " of " + input.shape());
      }
    }

    @Override
    public Shape shape() {
      List<Long> dims = new ArrayList<>(input.shape().dims());
      dims.set(axis, length);
      return new Shape(dims);
    }

    @Override
    public String describe() {
      return input.describe() + ".slice[" + axis + ", " + start + ", " + length + "]";
    }
  }

  /** The inputs one after another along an axis. */
  record Concat(List<TensorExpr> inputs, int axis) implements OfMany {
    public Concat {
      inputs = List.copyOf(inputs);
      if (inputs.isEmpty()) {
        throw new IllegalArgumentException("nothing to concatenate");
      }
    }

    @Override
    public Shape shape() {
      List<Long> dims = new ArrayList<>(inputs.get(0).shape().dims());
      dims.set(axis, inputs.stream().mapToLong(i -> i.shape().dim(axis)).sum());
      return new Shape(dims);
    }

    @Override
    public String describe() {
      return inputs.stream()
          .map(TensorExpr::describe)
          .collect(Collectors.joining(", ", "concat[", "].axis[" + axis + "]"));
    }
  }

  /** Each element times a factor, in the input's own precision. Lossy. */
  record Scale(TensorExpr input, double factor) implements OfOne {
    @Override
    public String describe() {
      return input.describe() + ".scale[" + factor + "]";
    }
  }

  /** An amount added to each element, in the input's own precision. Lossy. */
  record Shift(TensorExpr input, double amount) implements OfOne {
    @Override
    public String describe() {
      return input.describe() + ".add[" + amount + "]";
    }
  }

  /** The sum of tensors of one shape and type, rounded once. Lossy. */
  record Sum(List<TensorExpr> inputs) implements OfMany {
    public Sum {
      inputs = List.copyOf(inputs);
      for (TensorExpr input : inputs) {
        TensorExpr first = inputs.get(0);
        if (input.dtype() != first.dtype() || !input.shape().equals(first.shape())) {
          throw new IllegalArgumentException(
              "%s %s and %s %s are not added"
                  .formatted(first.describe(), first.shape(), input.describe(), input.shape()));
        }
      }
    }

    @Override
    public String describe() {
      return inputs.stream()
          .map(TensorExpr::describe)
          .collect(Collectors.joining(", ", "sum[", "].terms[" + inputs.size() + "]"));
    }
  }

  /** Each element in another type, rounded to nearest even. Lossy unless it widens. */
  record Cast(TensorExpr input, DType dtype) implements OfOne {
    @Override
    public String describe() {
      return input.describe() + ".cast[" + dtype.torchName() + "]";
    }
  }
}

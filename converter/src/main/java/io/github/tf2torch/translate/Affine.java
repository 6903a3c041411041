package io.github.tf2torch.translate;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What goes into a gate of a recurrent cell: the item of the step and the state, each by a kernel,
 * and biases.
 *
 * @param input columns of the kernel of what comes in, (in, gates)
 * @param state columns of the kernel of the state, (hidden, gates)
 */
record Affine(Optional<Columns> input, Optional<Columns> state, List<Columns> biases, long width) {
  Affine {
    biases = List.copyOf(biases);
  }

  /** Which rows of a kernel: one may be of both arguments, what comes in before the state. */
  enum Rows {
    ALL,
    OF_INPUT,
    OF_STATE
  }

  /** Some columns of a kernel, or elements of a bias. */
  record Columns(TensorExpr whole, Rows rows, long start, long length) {
    static Columns of(TensorExpr whole) {
      return of(whole, Rows.ALL);
    }

    static Columns of(TensorExpr whole, Rows rows) {
      return new Columns(whole, rows, 0, whole.shape().dim(whole.shape().rank() - 1));
    }

    Columns part(long from, long count) {
      return new Columns(whole, rows, start + from, count);
    }

    /** The whole with its axes the other way round, of a state of that many elements. */
    private TensorExpr turned(long hidden) {
      if (whole.shape().rank() == 1) {
        return whole;
      }
      TensorExpr turned = Layouts.transpose(whole);
      long in = whole.shape().dim(0) - hidden;
      return switch (rows) {
        case ALL -> turned;
        case OF_INPUT -> new TensorExpr.Slice(turned, 1, 0, in);
        case OF_STATE -> new TensorExpr.Slice(turned, 1, in, hidden);
      };
    }
  }

  /** The sum of two; empty where both have the same argument. */
  Optional<Affine> plus(Affine other) {
    if (input.isPresent() && other.input.isPresent()
        || state.isPresent() && other.state.isPresent()
        || width != other.width) {
      return Optional.empty();
    }
    List<Columns> both = new ArrayList<>(biases);
    both.addAll(other.biases);
    return Optional.of(new Affine(input.or(other::input), state.or(other::state), both, width));
  }

  /** The same with a bias; a number alone is one for all. */
  Optional<Affine> plus(TensorExpr bias) {
    boolean isNumber = bias.shape().count() == 1 && bias instanceof TensorExpr.Constant;
    TensorExpr each =
        isNumber
            ? new TensorExpr.Fill(
                bias.dtype(), Shape.of(width), ((TensorExpr.Constant) bias).value().doubles()[0])
            : bias;
    if (!each.shape().equals(Shape.of(width))) {
      return Optional.empty();
    }
    List<Columns> more = new ArrayList<>(biases);
    more.add(Columns.of(each));
    return Optional.of(new Affine(input, state, more, width));
  }

  Affine part(long from, long count) {
    return new Affine(
        input.map(c -> c.part(from, count)),
        state.map(c -> c.part(from, count)),
        biases.stream().map(c -> c.part(from, count)).toList(),
        count);
  }

  /** The columns of gates as PyTorch's rows, in the order given; all of one kernel as that. */
  static TensorExpr rows(List<Columns> gates, long hidden) {
    Columns first = gates.get(0);
    long length = first.length();
    boolean isOne =
        gates.stream().allMatch(g -> g.whole().equals(first.whole()) && g.start() % length == 0)
            && gates.stream().map(Columns::start).distinct().count() == gates.size()
            && Columns.of(first.whole()).length() == length * gates.size();
    if (isOne) {
      List<Integer> order = gates.stream().map(g -> Math.toIntExact(g.start() / length)).toList();
      return Layouts.blocks(first.turned(hidden), 0, order);
    }
    if (gates.stream().allMatch(g -> g.whole().equals(first.whole()))
        && first.whole() instanceof TensorExpr.Fill fill) {
      return new TensorExpr.Fill(fill.dtype(), Shape.of(length * gates.size()), fill.value());
    }
    return new TensorExpr.Concat(gates.stream().map(g -> part(g, hidden)).toList(), 0);
  }

  private static TensorExpr part(Columns columns, long hidden) {
    TensorExpr turned = columns.turned(hidden);
    return columns.length() == turned.shape().dim(0)
        ? turned
        : Layouts.rows(turned, columns.start(), columns.length());
  }

  /** A bias of every gate, zeros where one has none there. */
  static List<Columns> biases(List<Affine> gates, int place) {
    return IntStream.range(0, gates.size()).mapToObj(i -> gates.get(i).bias(place)).toList();
  }

  Columns bias(int place) {
    return place < biases.size()
        ? biases.get(place)
        : Columns.of(
            new TensorExpr.Fill(
                input.or(() -> state).orElseThrow().whole().dtype(), Shape.of(width), 0));
  }
}

package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Squares of gradients that are kept as their means along either of two axes. PyTorch's axes are
 * others than TensorFlow's, so that a group says which two, and the means keep their place with an
 * extent of 1.
 *
 * @param rows the slot of the means along the first axis
 * @param columns the slot of the means along the second
 */
record Factoring(String rows, String columns) {
  static final String ROW = "row";
  static final String COLUMN = "column";
  static final String ROW_AXIS = "row_axis";
  static final String COLUMN_AXIS = "column_axis";

  /**
   * Of one parameter.
   *
   * @param first the axis of the variable that the rows' means are along
   * @param order the variable's axes in the order of the parameter's
   */
  record Axes(
      TensorExpr.Stored rows,
      TensorExpr.Stored columns,
      Shape variable,
      int first,
      int second,
      List<Integer> order) {
    Map<String, Config> settings() {
      return Map.of(
          ROW_AXIS, new Config.Whole(order.indexOf(first)),
          COLUMN_AXIS, new Config.Whole(order.indexOf(second)));
    }

    TensorExpr row(TensorExpr parameter) {
      return placed(parameter, rows, first);
    }

    TensorExpr column(TensorExpr parameter) {
      return placed(parameter, columns, second);
    }

    /** The means with the axis that is missing, laid out as the parameter is. */
    private TensorExpr placed(TensorExpr parameter, TensorExpr.Stored means, int axis) {
      if (parameter instanceof TensorExpr.Permute permute) {
        return new TensorExpr.Permute(placed(permute.input(), means, axis), permute.axes());
      }
      List<Long> extents = new ArrayList<>(variable.dims());
      extents.set(axis, 1L);
      return new TensorExpr.Reshape(means, new Shape(extents));
    }
  }

  /**
   * Empty where the variable is kept whole, or where the parameter is more than its variable's axes
   * in another order.
   *
   * @param slots those of a name, by the variable that they belong to
   */
  Optional<Axes> axes(
      TensorExpr parameter, Function<String, Map<String, TensorExpr.Stored>> slots) {
    Optional<List<Integer>> order = order(parameter);
    if (order.isEmpty()) {
      return Optional.empty();
    }
    String name = parameter.variables().get(0);
    TensorExpr.Stored row = slots.apply(rows).get(name);
    TensorExpr.Stored column = slots.apply(columns).get(name);
    if (row == null || column == null) {
      return Optional.empty();
    }
    Shape variable = stored(parameter).shape();
    List<Integer> bySize = two(variable);
    // Keras takes the last two axes, Mesh the two largest
    int last = variable.rank() - 1;
    List<List<Integer>> pairs =
        rows.equals("vr") ? List.of(bySize) : List.of(List.of(last, last - 1), bySize);
    for (List<Integer> pair : pairs) {
      if (without(variable, pair.get(0)).equals(row.shape())
          && without(variable, pair.get(1)).equals(column.shape())) {
        return Optional.of(new Axes(row, column, variable, pair.get(0), pair.get(1), order.get()));
      }
    }
    return Optional.empty();
  }

  /** The two largest axes, the largest first, of equal ones the one in front. */
  private static List<Integer> two(Shape shape) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      axes.add(i);
    }
    axes.sort((a, b) -> Long.compare(shape.dims().get(b), shape.dims().get(a)));
    return axes.subList(0, Math.min(2, axes.size()));
  }

  private static Shape without(Shape shape, int axis) {
    List<Long> extents = new ArrayList<>(shape.dims());
    extents.remove(axis);
    return new Shape(extents);
  }

  private static TensorExpr.Stored stored(TensorExpr parameter) {
    return parameter instanceof TensorExpr.Permute permute
        ? stored(permute.input())
        : (TensorExpr.Stored) parameter;
  }

  private static Optional<List<Integer>> order(TensorExpr parameter) {
    if (parameter instanceof TensorExpr.Stored stored) {
      List<Integer> axes = new ArrayList<>();
      for (int i = 0; i < stored.shape().rank(); i++) {
        axes.add(i);
      }
      return axes.size() < 2 ? Optional.empty() : Optional.of(axes);
    }
    return parameter instanceof TensorExpr.Permute permute
        ? order(permute.input())
            .map(inner -> permute.axes().stream().map(a -> inner.get(a)).toList())
        : Optional.empty();
  }
}

package io.github.tf2torch.rules.mapping;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.tensor.TensorExpr.Fill;
import io.github.tf2torch.tensor.TensorExpr.Reshape;
import java.util.ArrayList;
import java.util.List;

/**
 * More or fewer rows than a tensor has: a vocabulary of another size, layers one above the other.
 */
final class Rows {
  private Rows() {}

  static TensorExpr padded(TensorExpr table, Shape target, double value) {
    long missing = target.dim(0) - table.shape().dim(0);
    if (missing <= 0) {
      return table;
    }
    List<Long> dims = new ArrayList<>(table.shape().dims());
    dims.set(0, missing);
    // with its shape in words, so that the recipe can be read back
    Shape rows = new Shape(dims);
    Fill flat = new Fill(table.dtype(), Shape.of(rows.count()), value);
    return new Concat(List.of(table, new Reshape(flat, rows)), 0);
  }

  static TensorExpr cut(TensorExpr table, Shape target) {
    long length = target.dim(0);
    return table.shape().dim(0) <= length ? table : Layouts.rows(table, 0, length);
  }

  static TensorExpr stack(List<TensorExpr> tensors) {
    return new Concat(
        tensors.stream()
            .map(
                t -> {
                  List<Long> dims = new ArrayList<>(t.shape().dims());
                  dims.add(0, 1L);
                  return Layouts.reshape(t, dims);
                })
            .toList(),
        0);
  }
}

package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastAxisProductTest {
  /** {@code tf.tensordot(x, k, [[2], [0]])} of a tensor of unknown extents. */
  private static final String TENSORDOT =
      """
      x = Placeholder
      k = VariableV2 [5, 4]
      b = VariableV2 [4]
      axis = Const 0
      axes = Const 2 : 1
      free = Const 0 1
      shape = Shape(x)
      rows = GatherV2(shape, free, axis)
      columns = GatherV2(shape, axes, axis)
      all = Const 0 : 1
      count = Prod(rows, all)
      width = Prod(columns, all)
      order = ConcatV2(free, axes, axis)
      flat = Pack(count, width)
      turned = Transpose(x, order)
      matrix = Reshape(turned, flat)
      product = MatMul(matrix, k)
      out = Const 4 : 1
      to = ConcatV2(rows, out, axis)
      p = Reshape(product, to)
      y = BiasAdd(p, b)
      """;

  private static final String DENSE =
      "BatchMatMulV2(x, k, b) adj_x=false adj_y=false fused_bias=true";

  @Test
  void aDenseLayerOfSeveralAxesIsOneProduct() {
    assertThat(GraphText.fused(TENSORDOT)).containsExactly("y = " + DENSE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // along another axis, or another order of those that stay
        "axes = Const 2 : 1 | axes = Const 1 : 1",
        "free = Const 0 1   | free = Const 1 0",
        "free = Const 0 1   | free = Const 0 2",
        "out = Const 4 : 1  | out = Const 2 2",
        "ConcatV2(rows, out, axis) | ConcatV2(out, rows, axis)",
        "Shape(x)           | Shape(k)",
        "MatMul(matrix, k)  | MatMul(matrix, k) transpose_b=true",
      })
  void whatOnlyLooksAlikeIsNot(String from, String to) {
    assertThat(TENSORDOT).contains(from);
    assertThat(GraphText.fused(TENSORDOT.replace(from, to)))
        .noneMatch(l -> l.contains("BatchMatMulV2"));
  }

  private static final String EINSUM =
      """
      x = Placeholder
      w = VariableV2 [6, 2, 3]
      b = VariableV2 [2, 3]
      flat = Const 6 -1
      k = Reshape(w, flat)
      p = BatchMatMulV2(x, k) adj_x=false adj_y=false
      heads = Const -1 5 2 3
      s = Reshape(p, heads)
      y = AddV2(s, b)
      """;

  @Test
  void aBiasOfSeveralAxesIsTheProductsBeforeItIsSplit() {
    assertThat(GraphText.fused(EINSUM))
        .contains(
            "y/biased = BatchMatMulV2(x, k, b) adj_x=false adj_y=false fused_bias=true",
            "y = Reshape(y/biased, heads)")
        .noneMatch(l -> l.contains("AddV2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "heads = Const -1 5 2 3 | heads = Const -1 5 3 2",
        "heads = Const -1 5 2 3 | heads = Const -1 2 3",
        "b = VariableV2 [2, 3]  | b = VariableV2 [3, 2]",
        "b = VariableV2 [2, 3]  | b = VariableV2 [3]",
        "AddV2(s, b)            | Sub(s, b)",
        "BatchMatMulV2(x, k)    | BatchMatMulV2(k, x)",
      })
  void aBiasOfOtherAxesStaysASum(String from, String to) {
    assertThat(EINSUM).contains(from);
    boolean isSplit = to.equals("heads = Const -1 2 3");
    assertThat(GraphText.fused(EINSUM.replace(from, to)))
        .anyMatch(l -> l.contains("fused_bias") == isSplit);
  }
}

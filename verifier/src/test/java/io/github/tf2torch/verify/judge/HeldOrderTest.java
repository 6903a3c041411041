package io.github.tf2torch.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldOrderTest {
  private static final Layout CHANNELS_FIRST = Layout.of(new AxisOrder(List.of(0, 3, 1, 2)));

  @Test
  void channelsFirstIsReadInTensorflowsOrder() {
    TensorValue heldNchw = counted(Shape.of(2, 3, 2, 2));
    TensorValue valueNhwc = Arrangement.toTensorflow(heldNchw, CHANNELS_FIRST);
    assertThat(valueNhwc.shape()).isEqualTo(Shape.of(2, 2, 2, 3));
    assertThat(valueNhwc.longs()).startsWith(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, 12).hasSize(24);
  }

  @Test
  void flattenedAxisIsTakenApart() {
    // H 2, W 3, C 2 flattened as C, H, W
    Layout layout =
        new Layout(
            AxisOrder.identity(2),
            Optional.of(new Layout.Flattened(List.of(2L, 3L, 2L), List.of(2, 0, 1))));
    TensorValue value = Arrangement.toTensorflow(counted(Shape.of(1, 12)), layout);
    assertThat(value.shape()).isEqualTo(Shape.of(1, 12));
    assertThat(value.longs()).containsExactly(0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11);
  }

  @Test
  void axesThatStayTogetherAreOne() {
    HeldOrder order = HeldOrder.of(Shape.of(5, 7, 11, 13), CHANNELS_FIRST);
    assertThat(order.extents()).containsExactly(5, 143, 7);
    assertThat(order.steps()).containsExactly(1001, 1, 143);
    assertThat(HeldOrder.of(Shape.of(4, 5, 6), Layout.tensorflow(3)).isInOrder()).isTrue();
    assertThat(HeldOrder.of(Shape.of(5, 1, 6, 7), CHANNELS_FIRST).isInOrder()).isTrue();
  }

  @Test
  void scalarHasOneElementAndEmptyTensorNone() {
    assertThat(visited(HeldOrder.of(Shape.of(), Layout.tensorflow(0)))).containsExactly(0);
    assertThat(visited(HeldOrder.of(Shape.of(2, 0, 3), Layout.tensorflow(3)))).isEmpty();
    assertThat(visited(HeldOrder.of(Shape.of(2, 3, 0, 5), CHANNELS_FIRST))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyElementIsVisitedOnceAndWhereItIs(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      int rank = 1 + random.nextInt(5);
      long[] dims = random.longs(rank, 1, rank < 3 ? 150 : 9).toArray();
      List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
      Collections.shuffle(axes, random);
      Layout layout = Layout.of(new AxisOrder(axes));
      Shape held = Shape.of(dims);
      HeldOrder order = HeldOrder.of(held, layout);
      int[] heldIndexes = naive(held, layout);
      List<Integer> seen = new ArrayList<>();
      order.forEachBlock(
          block -> {
            assertThat(block.count()).isPositive().isLessThanOrEqualTo(HeldOrder.BLOCK);
            for (int k = 0; k < block.count(); k++) {
              seen.add(block.index(k));
              assertThat(block.heldIndex(k))
                  .as("seed %d, %s held as %s", seed, held, axes)
                  .isEqualTo(heldIndexes[block.index(k)]);
            }
          });
      assertThat(seen).hasSize(heldIndexes.length).doesNotHaveDuplicates();
    }
  }

  @Test
  void inputGoesToPytorchAndComesBack() {
    TensorValue valueNhwc = counted(Shape.of(2, 5, 3, 4));
    TensorValue heldNchw = Arrangement.toTorch(valueNhwc, CHANNELS_FIRST);
    assertThat(heldNchw.shape()).isEqualTo(Shape.of(2, 4, 5, 3));
    assertThat(heldNchw.longs()).startsWith(0, 4, 8, 12);
    assertThat(Arrangement.toTensorflow(heldNchw, CHANNELS_FIRST)).isEqualTo(valueNhwc);
  }

  /** The held place of each element, index by index. */
  private static int[] naive(Shape held, Layout layout) {
    List<Integer> axes = layout.order().toTensorflow();
    int rank = held.rank();
    long[] extents = axes.stream().mapToLong(held::dim).toArray();
    int[] out = new int[Math.toIntExact(held.count())];
    for (int i = 0; i < out.length; i++) {
      long rest = i;
      long[] at = new long[rank];
      for (int a = rank - 1; a >= 0; a--) {
        at[axes.get(a)] = rest % extents[a];
        rest /= extents[a];
      }
      long index = 0;
      for (int a = 0; a < rank; a++) {
        index = index * held.dim(a) + at[a];
      }
      out[i] = Math.toIntExact(index);
    }
    return out;
  }

  private static List<Integer> visited(HeldOrder order) {
    List<Integer> seen = new ArrayList<>();
    order.forEachBlock(b -> IntStream.range(0, b.count()).map(b::index).boxed().forEach(seen::add));
    return seen;
  }

  private static TensorValue counted(Shape shape) {
    return TensorValue.ofLongs(DType.INT32, shape, LongStream.range(0, shape.count()).toArray());
  }
}

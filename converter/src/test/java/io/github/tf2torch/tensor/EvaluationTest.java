package io.github.tf2torch.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.tensor.TensorExpr.Cast;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.tensor.TensorExpr.Fill;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Reshape;
import io.github.tf2torch.tensor.TensorExpr.Scale;
import io.github.tf2torch.tensor.TensorExpr.Slice;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
  /** A variable whose elements are 0, 1, 2, ... */
  private static final class Counting implements TensorSource {
    private final int elementBytes;
    private long largestRead;
    private long reads;

    Counting(int elementBytes) {
      this.elementBytes = elementBytes;
    }

    @Override
    public void read(String variable, long offset, ByteBuffer target) {
      largestRead = Math.max(largestRead, target.remaining());
      reads++;
      for (long at = offset; target.hasRemaining(); at++) {
        long byteInElement = at % elementBytes;
        target.put((byte) (byteInElement > 7 ? 0 : at / elementBytes >>> 8 * byteInElement));
      }
    }
  }

  private static final TensorExpr KERNEL = new Stored("k", DType.INT32, Shape.of(2, 3, 5, 7));

  @Test
  void kernelIsPermutedToOihw() throws IOException {
    // numpy.arange(210).reshape(2, 3, 5, 7).transpose(3, 2, 0, 1).ravel()[:12]
    assertThat(value(new Permute(KERNEL, List.of(3, 2, 0, 1))).longs())
        .startsWith(0, 35, 70, 105, 140, 175, 7, 42, 77, 112, 147, 182)
        .hasSize(210);
  }

  @Test
  void flattenOfChannelsLastIsFoldedIntoTheDenseWeight() throws IOException {
    TensorExpr dense = new Stored("d", DType.INT32, Shape.of(6, 2));
    TensorExpr hwio = new Reshape(dense, Shape.of(1, 2, 3, 2));
    TensorExpr weight = new Reshape(new Permute(hwio, List.of(3, 2, 0, 1)), Shape.of(2, 6));
    // numpy.arange(12).reshape(1, 2, 3, 2).transpose(3, 2, 0, 1).reshape(2, 6)
    assertThat(value(weight).longs()).containsExactly(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11);
  }

  @Test
  void gatesAreSlicedReorderedAndScaled() throws IOException {
    TensorExpr kernel = new Cast(new Stored("k", DType.INT32, Shape.of(2, 8)), DType.FLOAT32);
    TensorExpr swapped =
        new Concat(List.of(new Slice(kernel, 1, 4, 4), new Slice(kernel, 1, 0, 4)), 1);
    TensorExpr weight = new Scale(new Permute(swapped, List.of(1, 0)), 0.5);
    assertThat(value(weight).doubles())
        .containsExactly(2, 6, 2.5, 6.5, 3, 7, 3.5, 7.5, 0, 4, 0.5, 4.5, 1, 5, 1.5, 5.5);
  }

  @Test
  void aSumIsRoundedOnce() throws IOException {
    TensorExpr one = new Fill(DType.FLOAT32, Shape.of(2), 1);
    TensorExpr tiny = new Fill(DType.FLOAT32, Shape.of(2), 0x1p-24);
    // numpy.float32(numpy.float64(1) + 2**-24 + 2**-24) == 1 + 2**-23; one by one it stays 1
    assertThat(value(new TensorExpr.Sum(List.of(one, tiny, tiny))).doubles())
        .containsExactly(1 + 0x1p-23, 1 + 0x1p-23);
    assertThat(value(new TensorExpr.Shift(one, -0.25)).doubles()).containsExactly(0.75, 0.75);
  }

  @Test
  void scaleStaysInFloat32() throws IOException {
    TensorExpr third = new Scale(new Fill(DType.FLOAT32, Shape.of(2), 3), 0.1);
    // numpy.float32(3) * numpy.float32(0.1) == 0.30000001192092896
    assertThat(value(third).doubles()).containsExactly(0.30000001192092896, 0.30000001192092896);
  }

  @Test
  void emptyTensorsAndScalarsAreEvaluated() throws IOException {
    TensorExpr empty = new Permute(new Stored("e", DType.FLOAT32, Shape.of(0, 3)), List.of(1, 0));
    assertThat(value(empty).shape()).isEqualTo(Shape.of(3, 0));
    assertThat(value(new Stored("s", DType.INT64, Shape.of())).longs()).containsExactly(0);
    assertThat(streamed(empty, new Counting(4))).isEmpty();
  }

  @Test
  void castsFollowTheTargetType() throws IOException {
    TensorExpr real = new Fill(DType.FLOAT64, Shape.of(), -2.75);
    assertThat(value(new Cast(real, DType.INT8)).longs()).containsExactly(-2);
    assertThat(value(new Cast(real, DType.BOOL)).longs()).containsExactly(1);
    assertThat(value(new Cast(real, DType.BFLOAT16)).doubles()).containsExactly(-2.75);
    TensorExpr most =
        new TensorExpr.Constant("c", TensorValue.ofLongs(DType.UINT64, Shape.of(), -1));
    assertThat(value(new Cast(most, DType.FLOAT32)).doubles()).containsExactly(0x1p64);
    assertThat(value(new Cast(most, DType.FLOAT64)).doubles()).containsExactly(0x1p64);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void anyViewIsReadInAnyPanels(int elementBytes) throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      View view = randomView(random);
      Workspace limits =
          Workspace.onHeap(
              elementBytes * (1 + random.nextInt(80)), elementBytes * (1 + random.nextInt(20)));
      Counting source = new Counting(elementBytes);
      Elements base = (first, target) -> source.read("v", first * elementBytes, target);
      ByteBuffer found = Elements.buffer(view.count() * elementBytes);
      new PanelReader(base, elementBytes, view, limits).read(0, found);
      ByteBuffer expected = Elements.buffer(view.count() * elementBytes);
      gather(view, 0, view.offset(), expected, elementBytes);
      assertThat(found.array()).as("seed %d: %s", seed, view).isEqualTo(expected.array());
    }
  }

  private static View randomView(Random random) {
    List<Long> dims = new ArrayList<>();
    for (int a = 0; a < 1 + random.nextInt(4); a++) {
      dims.add(1L + random.nextInt(7));
    }
    View view = View.of(new Shape(dims));
    List<Integer> axes = new ArrayList<>(IntStream.range(0, dims.size()).boxed().toList());
    Collections.shuffle(axes, random);
    view = view.permute(axes);
    int axis = random.nextInt(dims.size());
    long start = random.nextInt(view.dims().get(axis).intValue());
    return view.slice(axis, start, 1 + random.nextInt((int) (view.dims().get(axis) - start)));
  }

  private static void gather(View view, int axis, long at, ByteBuffer out, int elementBytes) {
    if (axis == view.dims().size()) {
      ByteBuffer element = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      out.put(element.putLong(0, at).limit(elementBytes));
      return;
    }
    for (long i = 0; i < view.dims().get(axis); i++) {
      gather(view, axis + 1, at + i * view.strides().get(axis), out, elementBytes);
    }
  }

  @Test
  void largeTensorsAreReadByPanels() throws IOException {
    long rows = 3000;
    long columns = 5003;
    Counting source = new Counting(4);
    TensorExpr kernel = new Stored("k", DType.INT32, Shape.of(rows, columns));
    ByteBuffer bytes =
        ByteBuffer.wrap(streamed(new Permute(kernel, List.of(1, 0)), source))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long c = 0; c < columns; c++) {
      for (long r = 0; r < rows; r++) {
        if (bytes.getInt() != r * columns + c) {
          assertThat(List.of(c, r)).as("first wrong index").isEmpty();
        }
      }
    }
    assertThat(source.largestRead).isLessThan(16 << 20);
    assertThat(source.reads).isLessThan(5 * rows);
  }

  @Test
  void recipesOfMovedElementsLeadBack() throws IOException {
    TensorExpr split = new Reshape(KERNEL, Shape.of(6, 5, 7));
    TensorExpr weight = new Reshape(new Permute(split, List.of(2, 0, 1)), Shape.of(7, 30));
    TensorValue written = value(weight);
    TensorExpr back = Recipe.inverse(weight, "weight").orElseThrow();
    TensorSource target =
        (name, offset, buffer) ->
            buffer.put(written.bytes().slice((int) offset, buffer.remaining()));
    assertThat(Evaluation.value(back, target)).isEqualTo(value(KERNEL));
    assertThat(Recipe.inverse(new Slice(KERNEL, 0, 0, 1), "weight")).isEmpty();
    assertThat(Recipe.inverse(new Scale(new Cast(KERNEL, DType.FLOAT32), 2), "weight")).isEmpty();
  }

  private static TensorValue value(TensorExpr recipe) throws IOException {
    return Evaluation.value(recipe, new Counting(recipe.dtype().bytes()));
  }

  private static byte[] streamed(TensorExpr recipe, TensorSource source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Evaluation.stream(
        recipe,
        source,
        block -> {
          byte[] copy = new byte[block.remaining()];
          block.get(copy);
          bytes.write(copy);
        });
    return bytes.toByteArray();
  }
}

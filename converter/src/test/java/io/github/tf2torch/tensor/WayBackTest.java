package io.github.tf2torch.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.tensor.TensorExpr.Cast;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Reshape;
import io.github.tf2torch.tensor.TensorExpr.Scale;
import io.github.tf2torch.tensor.TensorExpr.Slice;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WayBackTest {
  private static final Stored KERNEL = new Stored("qkv/kernel", DType.FLOAT32, Shape.of(4, 6));

  private static TensorExpr columns(long start, long length) {
    return new Permute(new Slice(KERNEL, 1, start, length), List.of(1, 0));
  }

  @Test
  void aVariableThatWasSplitIsPutTogetherAgain() throws IOException {
    Map<String, TensorExpr> made = new LinkedHashMap<>();
    made.put("v.weight", columns(4, 2));
    made.put("q.weight", columns(0, 2));
    made.put("k.weight", columns(2, 2));
    assertThat(back(made, Map.of("qkv/kernel", counted(KERNEL.shape()))))
        .containsEntry("qkv/kernel", counted(KERNEL.shape()));
  }

  @Test
  void severalVariablesLieInOneTensor() throws IOException {
    Stored one = new Stored("a", DType.FLOAT32, Shape.of(2, 3));
    Stored two = new Stored("b", DType.FLOAT32, Shape.of(4, 3));
    TensorExpr made = new Permute(new Concat(List.of(one, two), 0), List.of(1, 0));
    Map<String, TensorValue> stored = Map.of("a", counted(one.shape()), "b", counted(two.shape()));
    assertThat(back(Map.of("in_proj_weight", made), stored)).isEqualTo(stored);
  }

  @Test
  void whatWasCutIsNamedWithWhatIsLeft() {
    WayBack back = new WayBack();
    back.add(columns(0, 4), new Stored("w", DType.FLOAT32, Shape.of(4, 4)));
    assertThat(back.ways()).isEmpty();
    assertThat(back.cut())
        .containsEntry("qkv/kernel", "of qkv/kernel[4, 6] there is only 0 to 3 of axis 1");
  }

  @Test
  void whatWasAddedUpIsNamedAndHasNoWayBack() {
    Stored bias = new Stored("bias", DType.FLOAT32, Shape.of(3));
    Stored mean = new Stored("mean", DType.FLOAT32, Shape.of(3));
    String text = "sum[mean, bias.scale[-1.0]].terms[2]";
    TensorExpr made =
        RecipeText.parse(
            text,
            n -> Optional.of(n.equals("bias") ? bias : mean).filter(v -> v.variable().equals(n)));
    assertThat(made.describe()).isEqualTo(text);
    WayBack back = new WayBack();
    back.add(made, new Stored("running_mean", DType.FLOAT32, Shape.of(3)));
    assertThat(back.ways()).isEmpty();
    assertThat(back.cut()).containsEntry("bias", "there is only " + text).containsKey("mean");
  }

  @Test
  void rowsThatWerePaddedComeBackWithoutThem() {
    Stored words = new Stored("words", DType.FLOAT32, Shape.of(5, 2));
    TensorExpr made =
        RecipeText.parse(
            "concat[words, fill[0.0].reshape[3, 2]].axis[0]",
            n -> Optional.of(words).filter(v -> v.variable().equals(n)));
    WayBack back = new WayBack();
    back.add(made, new Stored("emb", DType.FLOAT32, Shape.of(8, 2)));
    assertThat(back.ways().get("words"))
        .singleElement()
        .satisfies(w -> assertThat(w.recipe().describe()).isEqualTo("emb.slice[0, 0, 5]"))
        .satisfies(w -> assertThat(w.isExact()).isTrue());
  }

  @Test
  void aPowerOfTwoComesBackToTheBitAndAnotherFactorDoesNot() {
    for (double factor : new double[] {-1, 0.5, 3}) {
      WayBack back = new WayBack();
      back.add(new Scale(KERNEL, factor), new Stored("w", DType.FLOAT32, KERNEL.shape()));
      assertThat(back.ways().get("qkv/kernel").get(0).isExact()).isEqualTo(factor != 3);
    }
  }

  @Test
  void aTypeThatHeldAllOfItGivesItBack() {
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT16)) {
      WayBack back = new WayBack();
      back.add(new Cast(KERNEL, dtype), new Stored("w", dtype, KERNEL.shape()));
      assertThat(back.ways().get("qkv/kernel").get(0).isExact()).isEqualTo(dtype == DType.FLOAT64);
    }
  }

  /** Variables are moved, split and joined at random, several steps deep. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void wayThereAndBackChangesNoBit(long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, TensorValue> stored = new LinkedHashMap<>();
    List<TensorExpr> made = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      Shape shape = shape(random);
      stored.put("v" + i, counted(shape));
      made.add(new Stored("v" + i, DType.FLOAT32, shape));
    }
    for (int step = 0; step < 8; step++) {
      int at = random.nextInt(made.size());
      made.addAll(moved(made.remove(at), random));
      joinTwo(made, random);
    }
    Map<String, TensorExpr> tensors = new LinkedHashMap<>();
    Collections.shuffle(made, random);
    made.forEach(m -> tensors.put("t" + tensors.size(), m));
    assertThat(back(tensors, stored)).isEqualTo(stored);
    for (TensorExpr recipe : made) {
      assertThat(RecipeText.parse(recipe.describe(), name -> variable(name, stored)))
          .isEqualTo(recipe);
    }
  }

  private static Optional<Stored> variable(String name, Map<String, TensorValue> stored) {
    return Optional.ofNullable(stored.get(name)).map(v -> new Stored(name, v.dtype(), v.shape()));
  }

  private static Shape shape(Random random) {
    return new Shape(random.longs(1 + random.nextInt(4), 1, 6).boxed().toList());
  }

  private static List<TensorExpr> moved(TensorExpr one, Random random) {
    int rank = one.shape().rank();
    switch (random.nextInt(3)) {
      case 0 -> {
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(axes, random);
        return List.of(new Permute(one, axes));
      }
      case 1 -> {
        long last = one.shape().dim(rank - 1);
        long rows = one.shape().count() / last;
        return List.of(new Reshape(one, Shape.of(rows, last)));
      }
      default -> {
        int axis = random.nextInt(rank);
        long extent = one.shape().dim(axis);
        if (extent < 2) {
          return List.of(one);
        }
        long cut = 1L + random.nextInt((int) extent - 1);
        return List.of(new Slice(one, axis, 0, cut), new Slice(one, axis, cut, extent - cut));
      }
    }
  }

  /** Two of the same shape, where there are two. */
  private static void joinTwo(List<TensorExpr> made, Random random) {
    for (int i = 0; i < made.size(); i++) {
      for (int j = i + 1; j < made.size(); j++) {
        if (made.get(i).shape().equals(made.get(j).shape()) && random.nextBoolean()) {
          TensorExpr second = made.remove(j);
          TensorExpr first = made.remove(i);
          made.add(new Concat(List.of(second, first), random.nextInt(first.shape().rank())));
          return;
        }
      }
    }
  }

  /** Makes the tensors, and of these the variables again. */
  private static Map<String, TensorValue> back(
      Map<String, TensorExpr> made, Map<String, TensorValue> stored) throws IOException {
    WayBack back = new WayBack();
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, TensorExpr> entry : made.entrySet()) {
      TensorExpr recipe = entry.getValue();
      tensors.put(entry.getKey(), Evaluation.value(recipe, reading(stored)));
      back.add(recipe, new Stored(entry.getKey(), recipe.dtype(), recipe.shape()));
    }
    assertThat(back.cut()).isEmpty();
    Map<String, TensorValue> again = new LinkedHashMap<>();
    for (Map.Entry<String, List<WayBack.Way>> entry : back.ways().entrySet()) {
      for (WayBack.Way way : entry.getValue()) {
        assertThat(way.isExact()).isTrue();
        again.put(entry.getKey(), Evaluation.value(way.recipe(), reading(tensors)));
      }
    }
    return again;
  }

  private static TensorSource reading(Map<String, TensorValue> values) {
    return (name, offset, target) ->
        target.put(values.get(name).bytes().slice((int) offset, target.remaining()));
  }

  private static TensorValue counted(Shape shape) {
    return TensorValue.ofDoubles(
        DType.FLOAT32,
        shape,
        IntStream.range(0, (int) shape.count()).mapToDouble(i -> i + shape.rank() / 8.0).toArray());
  }
}

package io.github.tf2torch.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.tensor.PieceEvaluation.Piece;
import io.github.tf2torch.tensor.TensorExpr.Cast;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Reshape;
import io.github.tf2torch.tensor.TensorExpr.Slice;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PieceEvaluationTest {
  /** Variables whose elements are 0, 1, 2, ..., four bytes each. */
  private static final TensorSource COUNTING =
      (variable, offset, target) -> {
        for (long at = offset; target.hasRemaining(); at++) {
          target.put((byte) (at / 4 >>> 8 * (at % 4)));
        }
      };

  @Test
  void anyRecipeOfMovedElementsGivesWhatItsStepsGive() throws IOException {
    PieceEvaluation evaluation = new PieceEvaluation(COUNTING.pass());
    for (int seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      TensorExpr recipe = randomRecipe(random, 1 + random.nextInt(6));
      assertThat(streamed(recipe, evaluation, random))
          .as("seed %d: %s", seed, recipe.describe())
          .isEqualTo(stepByStep(recipe));
    }
  }

  private static TensorExpr randomRecipe(Random random, int steps) {
    TensorExpr expr = new Stored("v", DType.INT32, randomShape(random));
    for (int step = 0; step < steps; step++) {
      int rank = expr.shape().rank();
      int axis = random.nextInt(rank);
      long dim = expr.shape().dim(axis);
      expr =
          switch (random.nextInt(4)) {
            case 0 -> {
              List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
              Collections.shuffle(axes, random);
              yield new Permute(expr, axes);
            }
            case 1 -> {
              long start = random.nextInt((int) dim);
              yield new Slice(expr, axis, start, 1 + random.nextInt((int) (dim - start)));
            }
            case 2 -> new Concat(List.of(expr, expr), axis);
            default -> new Reshape(expr, reshaped(expr.shape(), random));
          };
    }
    return expr;
  }

  private static Shape randomShape(Random random) {
    return new Shape(random.longs(1 + random.nextInt(4), 1, 7).boxed().toList());
  }

  /** Neighbours become one axis, and axes of even extent two, at random. */
  private static Shape reshaped(Shape shape, Random random) {
    List<Long> dims = new ArrayList<>();
    for (long dim : shape.dims()) {
      int last = dims.size() - 1;
      if (last >= 0 && random.nextBoolean()) {
        dims.set(last, dims.get(last) * dim);
      } else if (dim % 2 == 0 && random.nextBoolean()) {
        dims.addAll(List.of(2L, dim / 2));
      } else {
        dims.add(dim);
      }
    }
    return new Shape(dims);
  }

  private static int[] streamed(TensorExpr recipe, PieceEvaluation evaluation, Random random)
      throws IOException {
    int count = Math.toIntExact(recipe.shape().count());
    List<Piece> pieces = new ArrayList<>();
    for (int first = 0; first < count; ) {
      int end = first + 1 + random.nextInt(count - first);
      pieces.add(new Piece(first, end));
      first = end;
    }
    Collections.shuffle(pieces, random);
    int[] all = new int[count];
    for (Piece piece : pieces) {
      int[] at = {(int) piece.first()};
      evaluation.stream(
          recipe,
          piece,
          block -> {
            while (block.hasRemaining()) {
              all[at[0]++] = block.getInt();
            }
          });
      assertThat(at[0]).isEqualTo((int) piece.end());
    }
    return all;
  }

  /** Each step by itself, by the definition of what it does. */
  private static int[] stepByStep(TensorExpr expr) {
    int count = Math.toIntExact(expr.shape().count());
    if (expr instanceof Stored) {
      return IntStream.range(0, count).toArray();
    }
    int[] result = new int[count];
    for (int i = 0; i < count; i++) {
      long[] index = index(i, expr.shape());
      if (expr instanceof Permute permute) {
        long[] from = new long[index.length];
        for (int a = 0; a < index.length; a++) {
          from[permute.axes().get(a)] = index[a];
        }
        index = from;
      } else if (expr instanceof Slice slice) {
        index[slice.axis()] += slice.start();
      } else if (expr instanceof Concat concat) {
        index[concat.axis()] %= expr.inputs().get(0).shape().dim(concat.axis());
      } else {
        index = index(i, expr.inputs().get(0).shape());
      }
      result[i] = position(index, expr.inputs().get(0).shape());
    }
    int[] input = stepByStep(expr.inputs().get(0));
    return IntStream.of(result).map(i -> input[i]).toArray();
  }

  private static long[] index(int position, Shape shape) {
    long[] index = new long[shape.rank()];
    long rest = position;
    for (int a = shape.rank() - 1; a >= 0; a--) {
      index[a] = rest % shape.dim(a);
      rest /= shape.dim(a);
    }
    return index;
  }

  private static int position(long[] index, Shape shape) {
    long position = 0;
    for (int a = 0; a < index.length; a++) {
      position = position * shape.dim(a) + index[a];
    }
    return Math.toIntExact(position);
  }

  @Test
  void flattenedKernelOfADenseLayerIsReadInLongRuns() throws IOException {
    List<Integer> lengths = new ArrayList<>();
    TensorPass pass = listening(lengths);
    TensorExpr kernel = new Stored("k", DType.INT32, Shape.of(2048, 4096));
    TensorExpr split = new Reshape(kernel, Shape.of(2, 2, 512, 4096));
    TensorExpr channelsFirst =
        new Reshape(new Permute(split, List.of(2, 0, 1, 3)), Shape.of(2048, 4096));
    TensorExpr weight = new Permute(channelsFirst, List.of(1, 0));
    List<Piece> pieces = PieceEvaluation.pieces(weight);
    assertThat(pieces).hasSize(2);
    PieceEvaluation evaluation = new PieceEvaluation(pass);
    long[] at = new long[1];
    for (Piece piece : pieces) {
      evaluation.stream(
          weight,
          piece,
          block -> {
            for (; block.hasRemaining(); at[0]++) {
              long row = at[0] / 2048;
              long inRow = at[0] % 2048;
              long stored = (inRow % 4 * 512 + inRow / 4) * 4096 + row;
              if (block.getInt() != stored) {
                assertThat(at[0]).as("first wrong element").isNegative();
              }
            }
          });
    }
    assertThat(at[0]).isEqualTo(2048 * 4096);
    assertThat(lengths).hasSize(2 * 2048).containsOnly(8192);
  }

  /** Hears of the length of every read. */
  private static TensorPass listening(List<Integer> lengths) {
    return new TensorPass() {
      @Override
      public void read(String variable, long offset, ByteBuffer target) throws IOException {
        lengths.add(target.remaining());
        COUNTING.read(variable, offset, target);
      }

      @Override
      public boolean isShared() {
        return false;
      }

      @Override
      public void finish(String variable) {}
    };
  }

  @Test
  void largeTensorsAreCutIntoPiecesThatCoverThemOnce() {
    TensorExpr kernel = new Stored("k", DType.FLOAT32, Shape.of(3001, 5003));
    List<TensorExpr> recipes =
        List.of(
            kernel,
            new Permute(kernel, List.of(1, 0)),
            new Cast(new Permute(kernel, List.of(1, 0)), DType.BFLOAT16),
            new Concat(List.of(kernel, kernel), 0),
            new Concat(List.of(kernel, kernel), 1));
    for (TensorExpr recipe : recipes) {
      List<Piece> pieces = PieceEvaluation.pieces(recipe);
      assertThat(pieces).as(recipe.describe()).hasSizeGreaterThan(1);
      assertThat(LongStream.concat(LongStream.of(0), pieces.stream().mapToLong(Piece::end)))
          .startsWith(pieces.stream().map(Piece::first).toArray(Long[]::new))
          .endsWith(recipe.shape().count());
    }
  }
}

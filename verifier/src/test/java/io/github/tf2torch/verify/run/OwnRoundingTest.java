package io.github.tf2torch.verify.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.check.Ported;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TensorFlow's own rounding, of one run by luck and of several. */
class OwnRoundingTest {
  private static final double[] VALUES = {0.5, 0.25, 1};

  @TempDir Path folder;

  /**
   * Of three numbers: TensorFlow's float32 is off by {@code usual} times a normal number, but in
   * the first run by {@code first} times it.
   */
  @ParameterizedTest
  @CsvSource({
    "1e-6, 0.1,  8.7,  1e-6, 1e-16, MATCH, 'by luck, TensorFlow was next to right'",
    "1e-6, 1,    8.7,  8e-6, 1e-16, DIFFER, 'it was as far off as it always is'",
    "1e-7, 0.1,  90,   1e-5, 1e-16, DIFFER, 'no run of it is as far off'",
    "1e-5, 1,    1.5,  2e-5, 1e-16, MATCH, 'a sum that cancels, off by as much in both'",
    "1e-6, 1,    3.9,  2e-5, 1e-16, DIFFER, 'out of bounds that its rounding does not explain'",
    "1e-6, 0.1,  8.7,  1e-6, 2e-12, DIFFER, 'float64 parts as well'",
    "1e-2, 1,    1.2,  2e-2, 3e-11, MATCH, 'float64 by 2^-29 of what float32 is off by'",
    "1e-2, 1,    1.2,  2e-2, 1e-9,  DIFFER, 'float64 by more than that'",
    "1e-2, 1,    1.2,  2e-2, 1e-2,  DIFFER, 'both types alike, as a mistake parts them'",
    "1e-6, 0.1,  8.7,  1e-6, NaN,   MATCH, 'the same behind a float32 island'",
    "1e-5, 1,    1.5,  2e-5, NaN,   DIFFER, 'where no sum is known to cancel'",
    "1e-6, 0.1,  NaN,  NaN,  1e-16, DIFFER, 'NaN out of place'"
  })
  void severalRunsTellLuckFromRounding(
      double usual,
      double first,
      double noise,
      double error,
      double error64,
      Verdict verdict,
      String said)
      throws IOException {
    double unit = usual * first;
    TensorResult parted =
        new TensorResult("y", "", Verdict.DIFFER, error, error64, noise, unit, "float32 differs");
    try (Subject subject = Opening.of(Ported.into(folder.resolve("out")).request("outputs"))) {
      Random random = new Random(5);
      List<TensorResult> judged =
          OwnRounding.judged(
              subject,
              List.of(parted),
              (next, precision, asked) -> {
                boolean isFirst = next.equals(subject);
                return List.of(
                    precision == Precision.FLOAT64
                        ? float64(VALUES)
                        : float64(off(usual * (isFirst ? first : 1), random)));
              });
      assertThat(judged.get(0).verdict()).as(said).isEqualTo(verdict);
    }
  }

  /** A saturated tanh has no slope in float32: what goes through it is told in units of nothing. */
  @ParameterizedTest
  @CsvSource({
    "1e-3, 900,  1e-11, MATCH, 'PyTorch has the number that TensorFlow has lost'",
    "1e-3, 9000, 1e-11, DIFFER, 'PyTorch has another one'",
    "1e-3, 900,  1e-7,  DIFFER, 'float64 parts by more than rounding'"
  })
  void whatFloat32HasLostIsMeasuredByFloat64(
      double left, double error, double error64, Verdict verdict, String said) throws IOException {
    TensorResult parted =
        new TensorResult("y", "", Verdict.DIFFER, error, error64, 0.01, 1, "float32 differs");
    try (Subject subject = Opening.of(Ported.into(folder.resolve("out")).request("outputs"))) {
      double[] lost = Arrays.stream(VALUES).map(v -> left * v).toArray();
      List<TensorResult> judged =
          OwnRounding.judged(
              subject,
              List.of(parted),
              (next, precision, asked) ->
                  List.of(float64(precision == Precision.FLOAT64 ? VALUES : lost)));
      assertThat(judged.get(0).verdict()).as(said).isEqualTo(verdict);
    }
  }

  /** TensorFlow adds up in a tree and PyTorch, in the gradient of a normalization, one by one. */
  @ParameterizedTest
  @CsvSource({
    "1,      6, 1e-16, DIFFER, 'no sum is off as far'",
    "2048,   6, 1e-16, MATCH, 'a sum of many terms is'",
    "2048, 600, 1e-16, DIFFER, 'as far as this none is'",
    "2048,   6, 2e-12, DIFFER, 'float64 parts as well'"
  })
  void sumsOfManyTermsAreOffByTheRootOfTheirNumber(
      long terms, double noise, double error64, Verdict verdict, String said) throws IOException {
    double unit = 1e-7;
    TensorResult parted =
        new TensorResult("y", "", Verdict.DIFFER, 1e-6, error64, noise, unit, "float32 differs");
    try (Subject subject = Opening.of(Ported.into(folder.resolve("out")).request("outputs"))) {
      Random random = new Random(5);
      List<TensorResult> judged =
          OwnRounding.judged(
              subject,
              List.of(parted),
              (next, precision, asked) ->
                  List.of(
                      precision == Precision.FLOAT64
                          ? float64(VALUES)
                          : float64(off(1e-8, random))),
              i -> terms);
      assertThat(judged.get(0).verdict()).as(said).isEqualTo(verdict);
    }
  }

  private static double[] off(double by, Random random) {
    double[] values = VALUES.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += by * random.nextGaussian();
    }
    return values;
  }

  private static TensorValue float64(double... values) {
    return TensorValue.ofDoubles(DType.FLOAT64, Shape.of(values.length), values);
  }

  @Test
  void neighboursMoveInputsAndVariablesByOneUnitAtMost() throws IOException {
    try (Subject subject = Opening.of(Ported.into(folder.resolve("out")).request("outputs"))) {
      Subject next = Neighbours.of(subject, 1);
      Variable kernel =
          subject.tensorflow().variables().stream()
              .filter(v -> v.dtype() == DType.FLOAT32 && v.shape().count() > 64)
              .findFirst()
              .orElseThrow();
      TensorExpr stored = new TensorExpr.Stored(kernel.name(), DType.FLOAT32, kernel.shape());
      TensorValue moved = Evaluation.value(stored, next.tensorflow().tensors());
      requireNear(Evaluation.value(stored, subject.tensorflow().tensors()), moved);
      subject.inputs().forEach((key, value) -> requireNear(value, next.inputs().get(key)));
      requireSame(moved.bytes().slice(100, 60), part(next.tensorflow().tensors(), kernel));
    }
  }

  private static ByteBuffer part(TensorSource tensors, Variable variable) throws IOException {
    ByteBuffer part = ByteBuffer.allocate(60);
    tensors.read(variable.name(), 100, part);
    return part.flip();
  }

  private static void requireSame(ByteBuffer expected, ByteBuffer found) {
    assertThat(found).isEqualTo(expected);
  }

  private static void requireNear(TensorValue from, TensorValue to) {
    double[] before = from.doubles();
    double[] after = to.doubles();
    int moved = 0;
    for (int i = 0; i < before.length; i++) {
      assertThat(Math.abs(before[i] - after[i])).isLessThanOrEqualTo(Math.ulp((float) before[i]));
      moved += before[i] == after[i] ? 0 : 1;
    }
    assertThat(moved).isBetween(before.length / 4, before.length * 3 / 4);
  }
}

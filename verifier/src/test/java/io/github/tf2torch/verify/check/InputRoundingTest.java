package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients that rounding of the inputs alone moves. */
class InputRoundingTest {
  private static final Endpoint X = new Endpoint("x", 0);

  /** Errors and movement in units of the largest value. */
  @ParameterizedTest
  @CsvSource({
    "9e-9,  3e-9,  1e-7, MATCH",
    "9e-9,  3e-9,  0.5,  MATCH", // 1.2e-8 of float64 is all of float32
    "9e-9,  1e-9,  1e-7, DIFFER", // more than four times what it moves by
    "9e-9,  0,     1e-7, DIFFER", // it does not move
    "2e-12, 1e-12, 0.1,  DIFFER", // in float32 by more than rounding explains
    "2e-6,  1e-6,  1e-7, DIFFER", // no rounding is as large
    "9e-9,  3e-6,  1e-7, DIFFER"
  })
  void partsByNoMoreThanTensorflowMovesByItself(
      double error64, double moved, double error, Verdict verdict) {
    TensorResult parted =
        new TensorResult("input x", "x:0", Verdict.DIFFER, error, error64, 1, "float64 differs");
    TensorResult judged = InputRounding.forgive(parted, moved, VerifyRequest.TOLERANCE);
    assertThat(judged.verdict()).isEqualTo(verdict);
    if (verdict == Verdict.MATCH) {
      assertThat(judged.reason()).contains("9.0e-09", "moves by 3.0e-09");
    }
  }

  @Test
  void everyElementMovesByOneUnitAndIntegersStay() {
    Endpoint words = new Endpoint("words", 0);
    TensorValue ids = TensorValue.ofLongs(DType.INT32, Shape.of(2), 3, 4);
    TensorValue x = TensorValue.ofDoubles(DType.FLOAT32, Shape.of(3), 1, -0.5, 2);
    Map<Endpoint, TensorValue> moved = InputRounding.moved(Map.of(X, x, words, ids), 1);
    assertThat(moved.get(words)).isEqualTo(ids);
    assertThat(moved.get(X).dtype()).isEqualTo(DType.FLOAT64);
    double[] values = moved.get(X).doubles();
    for (int i = 0; i < values.length; i++) {
      double from = x.doubles()[i];
      assertThat(values[i]).isIn(Math.nextUp(from), Math.nextDown(from));
    }
    assertThat(InputRounding.moved(Map.of(X, x), 1).get(X)).isEqualTo(moved.get(X));
  }
}

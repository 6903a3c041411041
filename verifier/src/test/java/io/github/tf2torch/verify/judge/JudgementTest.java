package io.github.tf2torch.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules by which four runs of a tensor match or differ. */
class JudgementTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double TOLERANCE = 1e-5;

  /** Each row: what is seen, the four runs, and what comes of it. */
  static Stream<Arguments> real() {
    double[] v = {1, -2, 4};
    return Stream.of(
        row("the same everywhere", v, v, v, v, Verdict.MATCH, ""),
        row("float64 within 1e-12 of the largest", v, at(v, 0, 3e-12), v, v, Verdict.MATCH, ""),
        row("a float64 error of 1e-11", v, at(v, 0, 4e-11), v, v, Verdict.DIFFER, "float64"),
        row("float32 within its bound", noisy(v), noisy(v), v, at(v, 1, 3e-5), Verdict.MATCH, ""),
        row("float32 out of it", noisy(v), noisy(v), v, at(v, 1, 5e-5), Verdict.DIFFER, "float32"),
        row("a 1 % error in float32 alone", v, v, v, at(v, 2, 0.04), Verdict.DIFFER, "element 2"),
        row(
            "further from float64 than TensorFlow is",
            at(v, 0, 1e-6),
            at(v, 0, 1e-6),
            v,
            at(v, 0, -8e-6),
            Verdict.DIFFER,
            "9.0 times"),
        row(
            "three times as far",
            at(v, 0, 1e-6),
            at(v, 0, 1e-6),
            v,
            at(v, 0, -2e-6),
            Verdict.MATCH,
            ""),
        row(
            "a unit of float32 where TensorFlow is exact",
            v,
            v,
            v,
            at(v, 2, 0x1p-21),
            Verdict.MATCH,
            ""),
        row("NaN in place", all(NAN, 1), all(NAN, 1), all(NAN, 1), all(NAN, 1), Verdict.MATCH, ""),
        row(
            "NaN out of place",
            all(NAN, 1),
            all(NAN, 1),
            all(NAN, 1),
            all(1, NAN),
            Verdict.DIFFER,
            "2 of 2 elements in float32"),
        row("NaN in PyTorch alone", v, v, v, at(v, 1, NAN), Verdict.DIFFER, "at element 1"),
        row("NaN in PyTorch's float64 alone", v, at(v, 2, NAN), v, v, Verdict.DIFFER, "float64"),
        row("NaN in TensorFlow alone", v, v, at(v, 0, NAN), v, Verdict.DIFFER, "at element 0"),
        row(
            "infinity in place",
            all(INF, 1),
            all(INF, 1),
            all(INF, 1),
            all(INF, 1),
            Verdict.MATCH,
            ""),
        row(
            "infinity of the other sign",
            all(INF, 1),
            all(INF, 1),
            all(INF, 1),
            all(-INF, 1),
            Verdict.DIFFER,
            "infinity"),
        row(
            "a difference beside infinity",
            all(INF, 1),
            all(INF, 1),
            all(INF, 1),
            all(INF, 1.1),
            Verdict.DIFFER,
            "float32 differs by 1.00e-01 at element 1"),
        row("zeros", all(0, 0), all(0, 0), all(0, 0), all(0, 0), Verdict.MATCH, ""),
        row(
            "zero of the other sign",
            all(0, 0),
            all(0, -0.0),
            all(0, 0),
            all(0, -0.0),
            Verdict.MATCH,
            ""),
        row(
            "what TensorFlow flushes to zero",
            all(1e-39, 0),
            all(1e-39, 0),
            all(0, 0),
            all(1e-39, 0),
            Verdict.MATCH,
            ""),
        row(
            "zero in place of a normal number",
            all(2e-38, 0),
            all(2e-38, 0),
            all(0, 0),
            all(2e-38, 0),
            Verdict.DIFFER,
            "float32"),
        row(
            "anything against zeros",
            all(0, 0),
            all(0, 0),
            all(0, 0),
            all(0, 1e-30),
            Verdict.DIFFER,
            "float32"),
        row(
            "anything against zeros in float64",
            all(0, 0),
            all(0, 1e-300),
            all(0, 0),
            all(0, 0),
            Verdict.DIFFER,
            "float64"),
        row("no elements", all(), all(), all(), all(), Verdict.NOT_CHECKED, "no elements"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("real")
  void realNumbersAreJudgedByThreeRules(
      String seen, List<TensorView> runs, Verdict verdict, String reason) {
    TensorResult result = judge(runs, true);
    assertThat(result.verdict()).as(result.reason()).isEqualTo(verdict);
    assertThat(result.reason()).contains(reason);
    assertThat(result.reason().isEmpty()).isEqualTo(verdict == Verdict.MATCH);
  }

  @Test
  void numbersOfTheResultAreThoseOfTheRules() {
    double[] v = {1, -2, 4};
    TensorResult result =
        judge(runs(at(v, 0, 0x1p-20), at(v, 0, 0x1p-20), v, at(v, 0, -0x1p-20)), true);
    assertThat(result.error()).isEqualTo(0x1p-22);
    assertThat(result.error64()).isZero();
    assertThat(result.noise()).isEqualTo(2);
  }

  @Test
  void behindAnIslandFloat64SaysNothingAndFloat32StillDoes() {
    double[] v = {1, -2, 4};
    TensorResult match = judge(runs(v, at(v, 0, 1e-6), v, v), false);
    assertThat(match.verdict()).isEqualTo(Verdict.MATCH);
    assertThat(match.error64()).isNaN();
    assertThat(match.reason()).contains("float32 island");
    assertThat(judge(runs(v, v, v, at(v, 0, 1e-3)), false).verdict()).isEqualTo(Verdict.DIFFER);
  }

  @Test
  void behindAnIslandFloat64IsKnownNoBetterThanBothAgreeOnIt() {
    double[] v = {1, -2, 4};
    double[] off = at(v, 0, 4e-6);
    assertThat(judge(runs(v, v, v, off), false).reason()).contains("times as far");
    assertThat(judge(runs(v, at(v, 0, 3e-6), v, off), false).verdict()).isEqualTo(Verdict.MATCH);
    double[] further = at(v, 0, 3e-5);
    assertThat(judge(runs(v, further, v, further), false).reason()).contains("times as far");
  }

  @Test
  void widerToleranceLetsTheThirdRuleBeWiderAlone() {
    double[] v = {1, -2, 4};
    List<TensorView> runs = runs(noisy(v), noisy(v), v, at(v, 1, 4.2e-5));
    assertThat(judge(runs, true).reason())
        .isEqualTo("float32 differs by 1.05e-05 at element 1, bound 1e-05");
    assertThat(judge(runs, true, 1e-3).verdict()).isEqualTo(Verdict.MATCH);
    assertThat(judge(runs(v, v, v, at(v, 1, 5e-5)), true, 1e-3).reason()).contains("times as far");
  }

  @Test
  void otherShapeOrKindIsNotComparedElementByElement() {
    TensorView two = TensorView.of(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(2), 1, 2));
    TensorView three = TensorView.of(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(3), 1, 2, 3));
    TensorView whole = TensorView.of(TensorValue.ofLongs(DType.INT64, Shape.of(2), 1, 2));
    TensorView square = TensorView.of(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(1, 2), 1, 2));
    assertThat(judge(List.of(two, two, two, three), true).reason()).contains("PyTorch's [3]");
    assertThat(judge(List.of(two, two, two, square), true).verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(judge(List.of(two, three, two, two), true).reason()).endsWith("in float64");
    assertThat(judge(List.of(two, two, two, whole), true).reason())
        .isEqualTo("TensorFlow gives float32, PyTorch int64");
  }

  @Test
  void elementIsCountedInTensorflowsOrderWhereverPytorchHoldsIt() {
    Random random = new Random(5);
    Layout channelsFirst = Layout.of(new AxisOrder(List.of(0, 3, 1, 2)));
    Shape shapeNhwc = Shape.of(2, 70, 3, 67);
    double[] values = random.doubles(shapeNhwc.count(), -1, 1).toArray();
    int planted = random.nextInt(values.length);
    TensorView tf = TensorView.of(TensorValue.ofDoubles(DType.FLOAT64, shapeNhwc, values));
    TensorView torch = held(shapeNhwc, values, channelsFirst);
    values[planted] += 0.01;
    TensorView changed = held(shapeNhwc, values, channelsFirst);
    Place place = new Place("conv", new Endpoint("conv", 0), channelsFirst);
    assertThat(Judgement.of(place, tf, torch, true).judge(tf, torch, TOLERANCE).error()).isZero();
    assertThat(Judgement.of(place, tf, torch, true).judge(tf, changed, TOLERANCE).reason())
        .contains("float32 differs")
        .contains("at element " + planted + ",");
  }

  private static TensorView held(Shape shapeNhwc, double[] values, Layout layout) {
    return TensorView.of(
        Arrangement.toTorch(TensorValue.ofDoubles(DType.FLOAT64, shapeNhwc, values), layout));
  }

  @Test
  void checkThatComparedNothingFails() {
    TensorResult empty = judge(runs(all(), all(), all(), all()), true);
    assertThat(CheckResult.of("outputs", "agree", true, List.of(empty)).verdict())
        .isEqualTo(Verdict.FAILED);
    assertThat(CheckResult.of("outputs", "agree", true, List.of()).verdict())
        .isEqualTo(Verdict.FAILED);
  }

  private static TensorResult judge(List<TensorView> runs, boolean isFloat64) {
    return judge(runs, isFloat64, TOLERANCE);
  }

  private static TensorResult judge(List<TensorView> runs, boolean isFloat64, double tolerance) {
    Place place = new Place("out", new Endpoint("y", 0), Layout.tensorflow(1));
    return Judgement.of(place, runs.get(0), runs.get(1), isFloat64)
        .judge(runs.get(2), runs.get(3), tolerance);
  }

  private static Arguments row(
      String seen,
      double[] tf64,
      double[] torch64,
      double[] tf32,
      double[] torch32,
      Verdict verdict,
      String reason) {
    return arguments(seen, runs(tf64, torch64, tf32, torch32), verdict, reason);
  }

  private static List<TensorView> runs(
      double[] tf64, double[] torch64, double[] tf32, double[] torch32) {
    return List.of(
        view(DType.FLOAT64, tf64),
        view(DType.FLOAT64, torch64),
        view(DType.FLOAT32, tf32),
        view(DType.FLOAT32, torch32));
  }

  private static TensorView view(DType dtype, double... values) {
    return TensorView.of(TensorValue.ofDoubles(dtype, Shape.of(values.length), values));
  }

  private static double[] all(double... values) {
    return values;
  }

  private static double[] at(double[] values, int index, double more) {
    double[] out = values.clone();
    out[index] += more;
    return out;
  }

  /** So far from the plain values that the second rule lets pass what the third is asked for. */
  private static double[] noisy(double[] values) {
    return at(values, 1, -1.5e-5);
  }
}

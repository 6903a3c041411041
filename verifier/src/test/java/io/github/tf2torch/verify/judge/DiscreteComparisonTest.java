package io.github.tf2torch.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DiscreteComparisonTest {
  @ParameterizedTest
  @MethodSource("discrete")
  void wholeNumbersAreEqualOrATieThatRoundingDecides(
      String seen, long[][] runs, boolean isFloat64, Verdict verdict, String reason) {
    List<TensorView> views =
        Arrays.stream(runs)
            .map(r -> TensorView.of(TensorValue.ofLongs(DType.INT64, Shape.of(r.length), r)))
            .toList();
    Place place = new Place("choice", new Endpoint("argmax", 0), Layout.tensorflow(1));
    TensorResult result =
        Judgement.of(place, views.get(0), views.get(1), isFloat64)
            .judge(views.get(2), views.get(3), 1e-5);
    assertThat(result.verdict()).as(result.reason()).isEqualTo(verdict);
    assertThat(result.reason()).contains(reason);
  }

  static Stream<Arguments> discrete() {
    long big = (1L << 53) + 1;
    return Stream.of(
        discrete("the same", l(3, big), l(3, big), l(3, big), l(3, big), true, Verdict.MATCH, ""),
        discrete(
            "beyond a double's digits",
            l(big),
            l(big),
            l(big),
            l(big - 1),
            true,
            Verdict.DIFFER,
            "element 0 is " + big),
        discrete("a tie", l(3, 5), l(3, 5), l(3, 6), l(3, 5), true, Verdict.MATCH, "1 of 2"),
        discrete(
            "a tie that falls a third way",
            l(3, 5),
            l(3, 5),
            l(3, 6),
            l(3, 7),
            true,
            Verdict.MATCH,
            "ties"),
        discrete(
            "no tie in TensorFlow",
            l(3, 5),
            l(3, 5),
            l(3, 5),
            l(3, 6),
            true,
            Verdict.DIFFER,
            "element 1 is 5 in TensorFlow, 6 in PyTorch, in float32"),
        discrete(
            "another choice in float64",
            l(3),
            l(4),
            l(3),
            l(3),
            true,
            Verdict.DIFFER,
            "in float64"),
        discrete("the same behind an island", l(3), l(4), l(3), l(3), false, Verdict.MATCH, ""),
        discrete("nothing", l(), l(), l(), l(), true, Verdict.NOT_CHECKED, "no elements"));
  }

  private static Arguments discrete(
      String seen,
      long[] tf64,
      long[] torch64,
      long[] tf32,
      long[] torch32,
      boolean isFloat64,
      Verdict verdict,
      String reason) {
    long[][] runs = {tf64, torch64, tf32, torch32};
    return arguments(seen, runs, isFloat64, verdict, reason);
  }

  private static long[] l(long... values) {
    return values;
  }
}

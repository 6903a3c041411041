package io.github.tf2torch.verify.judge;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.report.TensorResult;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Both sides in both precisions, by the names of what they gave, in TensorFlow's order. */
public record FourRuns(
    Map<String, TensorValue> tf64,
    Map<String, TensorValue> torch64,
    Map<String, TensorValue> tf32,
    Map<String, TensorValue> torch32) {

  /** How values are judged: more softly those of a model of one's own. */
  public interface Rule {
    Judgement of(Place place, TensorView tf64, TensorView torch64, boolean isFloat64);
  }

  /**
   * Judged by the three rules.
   *
   * @param isFloat64 whether float64 says anything of what has this name
   */
  public List<TensorResult> judged(double tolerance, Predicate<String> isFloat64) {
    return judged(Judgement::of, tolerance, isFloat64);
  }

  public List<TensorResult> judged(Rule rule, double tolerance, Predicate<String> isFloat64) {
    return tf64.keySet().stream().map(n -> judged(rule, n, tolerance, isFloat64.test(n))).toList();
  }

  private TensorResult judged(Rule rule, String name, double tolerance, boolean isFloat64) {
    TensorView expected = TensorView.of(tf64.get(name));
    Place place = Place.named(name, expected.shape());
    return rule.of(place, expected, TensorView.of(torch64.get(name)), isFloat64)
        .judge(TensorView.of(tf32.get(name)), TensorView.of(torch32.get(name)), tolerance)
        .withSource("");
  }
}

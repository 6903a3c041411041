package io.github.tf2torch.verify.judge;

import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Locale;

/**
 * Four runs of a tensor of whole numbers or truth values, such as an argmax. They are the same or
 * they differ; only where TensorFlow's own float32 and float64 choose differently is the choice a
 * tie that rounding decides, and reported as such.
 */
record DiscreteComparison(long[] tf64, long[] torch64, long[] tf32, long[] torch32) {

  TensorResult judge(String name, String source, boolean isFloat64) {
    if (tf32.length == 0) {
      return new TensorResult(
          name, source, Verdict.NOT_CHECKED, Double.NaN, Double.NaN, Double.NaN, "has no elements");
    }
    long ties = 0;
    for (int i = 0; i < tf32.length; i++) {
      boolean isTie = tf32[i] != tf64[i];
      if (isFloat64 && tf64[i] != torch64[i]) {
        return differs(name, source, say("float64", i, tf64[i], torch64[i]));
      }
      if (tf32[i] != torch32[i] && !isTie) {
        return differs(name, source, say("float32", i, tf32[i], torch32[i]));
      }
      ties += tf32[i] != torch32[i] ? 1 : 0;
    }
    String reason =
        ties == 0
            ? ""
            : ties
                + " of "
                + tf32.length
                + " elements are ties: TensorFlow's own float32 and float64 choose differently";
    return TensorResult.exact(name, source, true, reason);
  }

  private static String say(String precision, int at, long tensorflow, long torch) {
    return String.format(
        Locale.ROOT,
        "element %d is %d in TensorFlow, %d in PyTorch, in %s",
        at,
        tensorflow,
        torch,
        precision);
  }

  private static TensorResult differs(String name, String source, String reason) {
    return TensorResult.exact(name, source, false, reason);
  }
}

package io.github.tf2torch.verify.judge;

import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import java.util.List;
import java.util.Locale;

/** What a check says of the tensors that it compared. */
public final class Findings {
  private Findings() {}

  /**
   * @param agree what they all did, where none differs: {@code layer boundaries agree}
   */
  public static CheckResult result(String name, String agree, List<TensorResult> results) {
    CheckResult plain = CheckResult.of(name, "", true, results);
    String counted = results.size() == 1 ? "1 " + ofOne(agree) : results.size() + " " + agree;
    return CheckResult.of(name, counted + ", largest error " + errors(plain), true, results);
  }

  private static String ofOne(String agree) {
    return agree.replaceFirst("ies agree\\b", "y agrees").replaceFirst("s agree\\b", " agrees");
  }

  private static String errors(CheckResult result) {
    double error = result.largestError();
    double error64 = result.largestError64();
    if (Double.isNaN(error)) {
      return Double.isNaN(error64) ? "none" : number(error64) + " in float64";
    }
    return number(error) + (Double.isNaN(error64) ? "" : " (float64 " + number(error64) + ")");
  }

  public static String number(double value) {
    return String.format(Locale.ROOT, "%.1e", value);
  }
}

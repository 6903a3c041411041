package io.github.tf2torch.verify.judge;

import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a check says of the tensors that it compared. */
public final class Findings {
  private Findings() {}

  /**
   * @param agree what they all did, where none differs: {@code layer boundaries agree}
   */
  public static CheckResult result(String name, String agree, List<TensorResult> results) {
    CheckResult plain = CheckResult.of(name, "", true, results);
    List<TensorResult> compared =
        results.stream().filter(t -> t.verdict() != Verdict.NOT_CHECKED).toList();
    String counted = compared.size() == 1 ? "1 " + ofOne(agree) : compared.size() + " " + agree;
    String all = counted + ", largest error " + errors(plain) + excuse(plain) + others(results);
    return CheckResult.of(name, all, true, results);
  }

  /** Why the largest error is none, where it is beyond what is allowed to others. */
  private static String excuse(CheckResult result) {
    return result.tensors().stream()
        .filter(t -> t.verdict() == Verdict.MATCH && t.error() == result.largestError())
        .filter(t -> !t.reason().isEmpty())
        .findFirst()
        .map(t -> ", at " + t.name() + ": " + t.reason())
        .orElse("");
  }

  private static String others(List<TensorResult> results) {
    Map<String, Long> reasons =
        results.stream()
            .filter(t -> t.verdict() == Verdict.NOT_CHECKED)
            .collect(
                Collectors.groupingBy(
                    TensorResult::reason, LinkedHashMap::new, Collectors.counting()));
    if (reasons.isEmpty()) {
      return "";
    }
    long count = reasons.values().stream().mapToLong(Long::longValue).sum();
    return "; "
        + count
        + " not checked: "
        + reasons.keySet().iterator().next()
        + (reasons.size() > 1 ? ", and other reasons" : "");
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

package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Map;

/** Reports to print. */
final class Reports {
  /** What a file may call a tensor: markup, quotes, control characters, half a surrogate pair. */
  static final String HOSTILE =
      "</code><script>alert(1)</script>\"'&\u0000\u001b\uFFFE\uD800 ]]> 日本 \uD83D\uDE00";

  private Reports() {}

  static Report of(CheckResult... checks) {
    return new Report(
        "saved_model",
        "out",
        7,
        1e-5,
        Map.of("PyTorch", "2.7.1"),
        Map.of("model.py", "printed from the same program, not run"),
        List.of(checks),
        List.of(),
        "tf2torch verify saved_model out --seed 7");
  }

  static Report hostile() {
    return new Report(
        HOSTILE,
        HOSTILE,
        1,
        1e-5,
        Map.of(HOSTILE, HOSTILE),
        Map.of(HOSTILE, HOSTILE),
        List.of(
            new CheckResult("weights", Verdict.MATCH, HOSTILE, false, List.of()),
            CheckResult.of("layers", "agree", true, List.of(differs(HOSTILE)))),
        List.of("dropped " + HOSTILE),
        HOSTILE);
  }

  static CheckResult weights() {
    return CheckResult.of(
        "weights", "lead back", false, List.of(TensorResult.exact("w", "kernel", true, "")));
  }

  static CheckResult outputs(TensorResult... tensors) {
    return CheckResult.of("outputs", "agree", true, List.of(tensors));
  }

  static TensorResult matches(String name) {
    return new TensorResult(name, name + ":0", Verdict.MATCH, 2e-7, 3e-16, 0.5, "");
  }

  static TensorResult differs(String name) {
    return new TensorResult(name, name + ":0", Verdict.DIFFER, 0.25, 1e-3, 900, "because " + name);
  }
}

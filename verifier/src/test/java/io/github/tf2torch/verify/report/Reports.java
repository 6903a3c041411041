package io.github.tf2torch.verify.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Reports to print. */
final class Reports {
  /** What a file may call a tensor: markup, quotes, control characters, half a surrogate pair. */
  static final String HOSTILE =
      "</code><script>alert(1)</script>\"'&\u0000\u001b\uFFFE\uD800 ]]> 日本 \uD83D\uDE00";

  private static final VariableAccount ACCOUNT =
      new VariableAccount(
          List.of(new VariableAccount.Line("kernel", "w")),
          List.of(new VariableAccount.Line("global_step", "a step counter")),
          List.of(),
          List.of(),
          List.of());

  private Reports() {}

  /** Many layers, of which some part, and thirty steps of training. */
  static Report large() {
    SplittableRandom random = new SplittableRandom(3);
    List<TensorResult> layers = new ArrayList<>();
    for (int i = 0; i < 180; i++) {
      boolean isWrong = i >= 120 && i % 6 == 0;
      String name = "stage%d.block%d.conv%d".formatted(i / 48 + 1, i / 6 % 8, i % 6);
      double error64 = Math.pow(10, isWrong ? -4 : -15.5 + random.nextDouble() + i / 180.0);
      double error = Math.pow(10, isWrong ? -4 : -7 + 0.6 * random.nextDouble());
      layers.add(
          new TensorResult(
              name,
              name.replace('.', '/') + "/Conv2D:0",
              isWrong ? Verdict.DIFFER : Verdict.MATCH,
              error,
              error64,
              isWrong ? 1300 : 0.8 + random.nextDouble(),
              isWrong ? "float64 differs by 1.00e-04 at element 17, bound 1e-12" : ""));
    }
    List<Double> tensorflow = new ArrayList<>();
    List<Double> torch = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      double loss = 2.3 * Math.exp(-i / 12.0) + 0.15 * random.nextDouble();
      tensorflow.add(loss);
      torch.add(loss * (1 + 1e-7 * random.nextDouble()));
    }
    List<Curve> curves = List.of(new Curve("loss, float64", tensorflow, torch));
    return of(
        weights(),
        CheckResult.of("layers", "agree", true, layers),
        outputs(matches("loss")).withCurves(curves),
        CheckResult.notChecked("gradients", "the outputs depend on no parameter"));
  }

  static Report of(CheckResult... checks) {
    return new Report(
        "saved_model",
        "out",
        7,
        1e-5,
        Map.of("seed", "7"),
        Map.of("PyTorch", "2.7.1"),
        Map.of("model.py", "printed from the same program, not run"),
        List.of(checks),
        ACCOUNT,
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
        Map.of(HOSTILE, HOSTILE),
        List.of(
            new CheckResult("weights", Verdict.MATCH, HOSTILE, false, List.of()),
            CheckResult.of("layers", "agree", true, List.of(differs(HOSTILE)))),
        new VariableAccount(
            List.of(new VariableAccount.Line(HOSTILE, HOSTILE)),
            List.of(new VariableAccount.Line(HOSTILE, HOSTILE)),
            List.of(HOSTILE),
            List.of(HOSTILE),
            List.of(HOSTILE)),
        HOSTILE);
  }

  static CheckResult weights() {
    return CheckResult.of(
        "weights", "lead back", false, List.of(TensorResult.exact("w", "kernel", true, "")));
  }

  static CheckResult outputs(TensorResult... tensors) {
    return CheckResult.of("outputs", "they match", true, List.of(tensors));
  }

  static TensorResult matches(String name) {
    return new TensorResult(name, name + ":0", Verdict.MATCH, 2e-7, 3e-16, 0.5, "");
  }

  static TensorResult differs(String name) {
    return new TensorResult(name, name + ":0", Verdict.DIFFER, 0.25, 1e-3, 900, "because " + name);
  }
}

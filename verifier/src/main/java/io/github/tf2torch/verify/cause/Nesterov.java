package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.Optional;
import java.util.stream.Stream;

/** Momentum with Nesterov's correction or without, of torch.optim.SGD. */
public final class Nesterov {
  private static final String BUFFER = "momentum_buffer";
  private static final Expr AHEAD =
      Expr.aten(
          "add", Expr.local("g"), Expr.aten("mul", Expr.local("momentum"), Expr.local(BUFFER)));

  private Nesterov() {}

  static Stream<StepCandidate> of(StepEvidence evidence) {
    return Stream.of(true, false)
        .map(
            isOn ->
                new StepCandidate(
                    "nesterov",
                    "TensorFlow steps "
                        + (isOn ? "with" : "without")
                        + " Nesterov's correction: set nesterov="
                        + (isOn ? "True" : "False"),
                    evidence.each(group -> in(group, isOn).orElse(group))))
        .filter(c -> !c.groups().equals(evidence.groups()));
  }

  /** The group stepped with the correction or without; empty where it has no such choice. */
  public static Optional<GroupStep> in(GroupStep group, boolean isOn) {
    if (!group.slots().contains(BUFFER)) {
      return Optional.empty();
    }
    Expr buffer = Expr.local(BUFFER);
    boolean isAhead =
        !StepRules.rewritten(group.rule(), "p"::equals, e -> e.equals(AHEAD) ? buffer : e)
            .equals(group.rule());
    if (isAhead == isOn) {
      return Optional.of(group);
    }
    return Optional.of(
        group.with(
            StepRules.rewritten(
                group.rule(),
                "p"::equals,
                e -> isOn ? (e.equals(buffer) ? AHEAD : e) : (e.equals(AHEAD) ? buffer : e)),
            0));
  }
}

package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * Weight decay as a part of the gradient (L2, {@code weight_decay} of most of torch.optim) or of
 * the step alone (decoupled, AdamW and Keras).
 */
public final class DecayPlace {
  private static final String SETTING = "weight_decay";
  private static final Expr DECAYED = Expr.aten("mul", Expr.local(SETTING), Expr.local("p"));
  private static final Statement.Assign L2 =
      new Statement.Assign("g", Expr.aten("add", Expr.local("g"), DECAYED));
  private static final Statement.Assign DECOUPLED =
      new Statement.Assign(
          "p",
          Expr.aten(
              "sub",
              Expr.local("p"),
              Expr.aten(
                  "mul",
                  Expr.aten("mul", Expr.local("p"), Expr.local(SETTING)),
                  Expr.local("lr"))));

  private DecayPlace() {}

  static Stream<StepCandidate> of(StepEvidence evidence) {
    return Stream.concat(
            replaced(evidence), UsualNumbers.SHRINKS.stream().flatMap(v -> lost(evidence, v)))
        .filter(c -> !c.groups().equals(evidence.groups()));
  }

  private static Stream<StepCandidate> replaced(StepEvidence evidence) {
    return Stream.of(
        new StepCandidate(
            "weight decay place",
            "TensorFlow's weight decay is decoupled, of the step alone; it is L2 here, in the"
                + " gradient",
            evidence.each(g -> replaced(g, L2, DECOUPLED))),
        new StepCandidate(
            "weight decay place",
            "TensorFlow's weight decay is L2, in the gradient; it is decoupled here, of the step"
                + " alone",
            evidence.each(g -> replaced(g, DECOUPLED, L2))));
  }

  private static Stream<StepCandidate> lost(StepEvidence evidence, double decay) {
    if (decay == 0 || evidence.first().numbers().containsKey(SETTING)) {
      return Stream.of();
    }
    return Stream.of(DECOUPLED, L2)
        .map(
            line ->
                new StepCandidate(
                    "weight decay",
                    "TensorFlow's weights decay by "
                        + decay
                        + (line.equals(L2)
                            ? ", in the gradient (L2)"
                            : ", decoupled, of the step alone")
                        + "; they do not here",
                    evidence.each(
                        g ->
                            g.with(
                                StepRules.led(g.rule(), SETTING, line), (double) (float) decay))));
  }

  /** The group with L2 decay, which optimizers of torch.optim have before all else. */
  public static GroupStep l2(GroupStep group, double decay) {
    return group.with(StepRules.led(group.rule(), SETTING, L2), decay);
  }

  private static GroupStep replaced(
      GroupStep group, Statement.Assign fault, Statement.Assign right) {
    List<Statement.Assign> each = group.rule().each();
    return each.contains(fault)
        ? group.with(
            StepRules.with(
                group.rule(), each.stream().map(l -> l.equals(fault) ? right : l).toList()),
            0)
        : group;
  }
}

package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An activation on the other side of what it stands beside: before a shortcut is added instead of
 * behind, before a normalization instead of behind, and the other way round.
 */
final class ActivationOrder implements Pitfall {
  private static final Set<String> ACTIVATIONS =
      Set.of(
          "relu",
          "relu6",
          "leaky_relu",
          "elu",
          "gelu",
          "silu",
          "tanh",
          "sigmoid",
          "hardtanh",
          "hardswish",
          "selu");

  /** Either of whose arguments may have been activated. */
  private static final Set<String> OF_TWO = Set.of("add", "mul");

  private static final Set<String> NORMS = Set.of("batch_norm", "layer_norm", "group_norm");

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    List<Candidate> all = new ArrayList<>();
    for (int at : stretch.span().statements()) {
      assigned(stretch, at).ifPresent(assign -> candidates(stretch, at, assign, all));
    }
    return all.stream();
  }

  private static void candidates(
      Stretch stretch, int at, Statement.Assign assign, List<Candidate> all) {
    Expr.Aten call = (Expr.Aten) assign.value();
    int operands = OF_TWO.contains(call.operator()) ? 2 : NORMS.contains(call.operator()) ? 1 : 0;
    for (int i = 0; i < Math.min(operands, call.arguments().size()); i++) {
      // activation, then this: TensorFlow's is behind it
      Optional<Expr.Aten> activation = made(stretch, call.arguments().get(i));
      if (activation.isPresent() && ACTIVATIONS.contains(activation.get().operator())) {
        Expr bare = Stretch.with(call, i, activation.get().arguments().get(0));
        Expr behind = Stretch.with(activation.get(), 0, bare);
        all.add(candidate(stretch, at, assign, said(activation.get(), "behind", call), behind));
      }
    }
    if (ACTIVATIONS.contains(call.operator())) {
      // this, then activation: TensorFlow's is before it
      made(stretch, call.arguments().get(0))
          .filter(inner -> OF_TWO.contains(inner.operator()) || NORMS.contains(inner.operator()))
          .ifPresent(inner -> before(stretch, at, assign, inner, all));
    }
  }

  private static void before(
      Stretch stretch, int at, Statement.Assign assign, Expr.Aten inner, List<Candidate> all) {
    Expr.Aten activation = (Expr.Aten) assign.value();
    int operands = OF_TWO.contains(inner.operator()) ? 2 : 1;
    for (int i = 0; i < operands; i++) {
      Expr activated = Stretch.with(activation, 0, inner.arguments().get(i));
      Expr right = Stretch.with(inner, i, activated);
      all.add(candidate(stretch, at, assign, said(activation, "before", inner), right));
    }
  }

  private static String said(Expr.Aten activation, String side, Expr.Aten call) {
    return "%s stands on the other side of %s: TensorFlow has it %s"
        .formatted(activation.operator(), call.operator(), side);
  }

  private static Candidate candidate(
      Stretch stretch, int at, Statement.Assign assign, String cause, Expr right) {
    return stretch.with("activation", cause, at, new Statement.Assign(assign.targets(), right));
  }

  /** The operator that makes a value within the stretch. */
  private static Optional<Expr.Aten> made(Stretch stretch, Expr value) {
    if (value instanceof Expr.Aten call) {
      return Optional.of(call);
    }
    return stretch.span().statements().stream()
        .flatMap(at -> assigned(stretch, at).stream())
        .filter(s -> value instanceof Expr.Local l && s.targets().equals(List.of(l.name())))
        .map(s -> (Expr.Aten) s.value())
        .findFirst();
  }

  private static Optional<Statement.Assign> assigned(Stretch stretch, int at) {
    return stretch.model().body().get(at) instanceof Statement.Assign s
            && s.value() instanceof Expr.Aten
        ? Optional.of(s)
        : Optional.empty();
  }
}

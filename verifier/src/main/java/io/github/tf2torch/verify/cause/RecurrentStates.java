package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What goes into a recurrent layer and comes out of it, taken for something else: time for the
 * batch, the cell's state for its output.
 */
final class RecurrentStates implements Pitfall {
  private static final int STATE = 1;
  private static final int WEIGHTS = 2;
  private static final int LAYERS = 4;
  private static final int BIDIRECTIONAL = 7;
  private static final int BATCH_FIRST = 8;

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    List<Candidate> all = new ArrayList<>();
    for (int at : stretch.span().statements()) {
      if (stretch.model().body().get(at) instanceof Statement.Assign assign
          && assign.value() instanceof Expr.Aten call
          && (call.operator().equals("lstm") || call.operator().equals("gru"))) {
        if (assign.targets().size() == 3) {
          all.add(cell(stretch, assign));
        }
        turned(stretch, at, assign, call).ifPresent(all::add);
      }
    }
    return all.stream();
  }

  private static Candidate cell(Stretch stretch, Statement.Assign assign) {
    Expr hidden = Expr.local(assign.targets().get(1));
    Expr cell = Expr.local(assign.targets().get(2));
    return stretch.rewritten(
        "state",
        "the LSTM's cell state c is read here, TensorFlow reads its output h: out, (h, c) ="
            + " lstm(x)",
        List.of(),
        e -> e.equals(cell) ? hidden : e);
  }

  /** With the other axis as time, and a state of zeros for the other axis as the batch. */
  private static Optional<Candidate> turned(
      Stretch stretch, int at, Statement.Assign assign, Expr.Aten call) {
    List<Expr> given = call.arguments();
    if (given.size() <= BATCH_FIRST
        || !(given.get(BATCH_FIRST) instanceof Expr.BoolLiteral isFirst)
        || !(given.get(LAYERS) instanceof Expr.IntLiteral layers)
        || !(given.get(BIDIRECTIONAL) instanceof Expr.BoolLiteral isBoth)
        || !(given.get(WEIGHTS) instanceof Expr.ListLiteral weights)
        || !(weights.elements().get(1) instanceof Expr.Attribute recurrent)) {
      return Optional.empty();
    }
    return stretch.tensors().stream()
        .filter(t -> t.name().equals(recurrent.path()))
        .map(t -> t.recipe().shape().dim(1))
        .findFirst()
        .map(
            units -> {
              Expr input = given.get(0);
              Expr zeros =
                  Expr.aten(
                      "new_zeros",
                      input,
                      new Expr.ListLiteral(
                          List.of(
                              new Expr.IntLiteral(layers.value() * (isBoth.value() ? 2 : 1)),
                              Expr.aten(
                                  "size", input, new Expr.IntLiteral(isFirst.value() ? 1 : 0)),
                              new Expr.IntLiteral(units))));
              boolean hasCell = call.operator().equals("lstm");
              Expr state = hasCell ? new Expr.ListLiteral(List.of(zeros, zeros)) : zeros;
              Expr.Aten right =
                  Stretch.with(
                      Stretch.with(call, STATE, state),
                      BATCH_FIRST,
                      new Expr.BoolLiteral(!isFirst.value()));
              return stretch.with(
                  "time axis",
                  "time is taken for the batch: set batch_first="
                      + (isFirst.value() ? "False" : "True"),
                  at,
                  new Statement.Assign(assign.targets(), right));
            });
  }
}

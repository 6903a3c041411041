package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.CellDropout;
import io.github.tf2torch.model.target.nn.CellFunction;
import io.github.tf2torch.model.target.nn.CellStep;
import io.github.tf2torch.model.target.nn.Recurrent;
import io.github.tf2torch.model.target.nn.SteppedRecurrent;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A GRU whose reset gate multiplies the state before the product with the recurrent kernel, as
 * Keras 1 and 2 have it by default, or the product, as {@code nn.GRU} and Keras 3 have it.
 */
final class ResetGate implements Pitfall {
  private static final String KIND = "reset gate";

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch.model().modules().stream()
        .filter(m -> stretch.span().modules().contains(m.path()))
        .flatMap(m -> other(m.module()).map(o -> candidate(stretch, m.path(), o)).stream());
  }

  /** The same cell with its reset gate at the other place. */
  private static Optional<SteppedRecurrent> other(TorchModule module) {
    if (module instanceof Recurrent r && r.kind() == Recurrent.Kind.GRU) {
      CellStep step =
          new CellStep(
              r, CellFunction.TANH, CellFunction.SIGMOID, true, new CellDropout(0, 0, false));
      return Optional.of(new SteppedRecurrent(step, SteppedRecurrent.Mask.NONE, false));
    }
    if (module instanceof SteppedRecurrent s && s.like().kind() == Recurrent.Kind.GRU) {
      CellStep cell = s.cell();
      CellStep step =
          new CellStep(
              cell.like(), cell.activation(), cell.gate(), !cell.resetsFirst(), cell.dropout());
      return Optional.of(new SteppedRecurrent(step, s.mask(), s.isStateful()));
    }
    return Optional.empty();
  }

  private static Candidate candidate(Stretch stretch, String path, SteppedRecurrent right) {
    String cause =
        right.cell().resetsFirst()
            ? "GRU with reset_after=False in TensorFlow, True here as nn.GRU has it: n = tanh(W_in x"
                + " + b_in + W_hn (r * h))"
            : "GRU with reset_after=True in TensorFlow, False here: write nn.GRU, whose n = tanh(W_in"
                + " x + b_in + r * (W_hn h + b_hn))";
    TorchModel model = stretch.model();
    return new Candidate(
        KIND,
        cause,
        Stretch.marksOfModule(path),
        model.withModules(
            model.modules().stream()
                .map(m -> m.path().equals(path) ? new TorchModel.Instance(path, right) : m)
                .toList()));
  }
}

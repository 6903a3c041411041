package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModule.Argument;
import java.util.ArrayList;
import java.util.List;

/**
 * What a recurrent cell drops in training, by masks that it draws once a sequence ({@code
 * keras/src/layers/rnn/dropout_rnn_cell.py}).
 *
 * @param input the share of the input, with a mask for each gate; 0 where nothing goes, or one mask
 *     for all gates lies on the input before
 * @param recurrent the share of the state; 0 where nothing goes
 * @param isOfGates whether each gate has a mask of its own for the state
 */
public record CellDropout(float input, float recurrent, boolean isOfGates) {
  static final String SEEN = "seen";
  static final String KEPT = "kept";

  boolean dropsInput() {
    return input > 0;
  }

  boolean dropsState() {
    return recurrent > 0;
  }

  public boolean isAny() {
    return dropsInput() || dropsState();
  }

  /** The start of a class's name. */
  String named() {
    String what = !isAny() ? "" : !dropsState() ? "InputDropout" : "RecurrentDropout";
    return (dropsInput() && dropsState() ? "Dropout" : what)
        + (dropsState() && !isOfGates ? "OfState" : "");
  }

  /** What a constructor takes for it. */
  List<Argument> arguments() {
    List<Argument> arguments = new ArrayList<>();
    if (dropsInput()) {
      arguments.add(new Argument("input_dropout", new Expr.FloatLiteral(input)));
    }
    if (dropsState()) {
      arguments.add(new Argument("recurrent_dropout", new Expr.FloatLiteral(recurrent)));
    }
    return arguments;
  }

  /** A mask of the input, of that size. */
  Expr seen(Expr like, List<Expr> sizes) {
    return drawn("input_dropout", input, like, sizes);
  }

  /** A mask of the state, of that size. */
  Expr kept(Expr like, List<Expr> sizes) {
    return drawn("recurrent_dropout", recurrent, like, sizes);
  }

  private static Expr drawn(String name, float rate, Expr like, List<Expr> sizes) {
    return Expr.aten(
        "dropout",
        Expr.aten("new_ones", like, new Expr.ListLiteral(sizes)),
        new Expr.Setting(name, new Expr.FloatLiteral(rate)),
        new Expr.Training());
  }
}

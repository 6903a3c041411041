package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code torch.nn.LSTM}, {@code GRU} and {@code RNN} of one layer and one direction, batch first:
 * (N, T, in) to (N, T, hidden). Gates in PyTorch's order: LSTM i, f, g, o; GRU r, z, n.
 */
public record Recurrent(Kind kind, long inputSize, long hiddenSize, boolean bias, DType dtype)
    implements TorchModule {
  /** The cells of PyTorch, with the number of their gates and the operator. */
  public enum Kind {
    LSTM("LSTM", 4, "lstm"),
    GRU("GRU", 3, "gru"),
    RNN_TANH("RNN", 1, "rnn_tanh"),
    RNN_RELU("RNN", 1, "rnn_relu");

    private final String className;
    private final int gates;
    private final String operator;

    Kind(String className, int gates, String operator) {
      this.className = className;
      this.gates = gates;
      this.operator = operator;
    }

    public int gates() {
      return gates;
    }
  }

  @Override
  public String pythonClass() {
    return "nn." + kind.className;
  }

  /** The outputs of all steps; the last state is left. */
  @Override
  public String pythonResult() {
    return "[0]";
  }

  @Override
  public List<Argument> constructor() {
    List<Argument> arguments =
        new ArrayList<>(List.of(Arguments.positional(inputSize), Arguments.positional(hiddenSize)));
    if (kind == Kind.RNN_RELU) {
      arguments.add(new Argument("nonlinearity", new Expr.TextLiteral("relu")));
    }
    if (!bias) {
      arguments.add(new Argument("bias", new Expr.BoolLiteral(false)));
    }
    arguments.add(new Argument("batch_first", new Expr.BoolLiteral(true)));
    return arguments;
  }

  @Override
  public List<Slot> parameters() {
    long rows = kind.gates * hiddenSize;
    List<Slot> slots =
        new ArrayList<>(
            List.of(
                new Slot("weight_ih_l0", dtype, Shape.of(rows, inputSize)),
                new Slot("weight_hh_l0", dtype, Shape.of(rows, hiddenSize))));
    if (bias) {
      slots.add(new Slot("bias_ih_l0", dtype, Shape.of(rows)));
      slots.add(new Slot("bias_hh_l0", dtype, Shape.of(rows)));
    }
    return slots;
  }

  @Override
  public List<String> inputs() {
    return List.of("input");
  }

  /** What the cell keeps from step to step: {@code h}, of an LSTM {@code c} too. */
  List<String> states() {
    return kind == Kind.LSTM ? List.of("h", "c") : List.of("h");
  }

  @Override
  public List<Statement> forward() {
    Expr zeros =
        Expr.aten(
            "new_zeros",
            Expr.local("input"),
            new Expr.ListLiteral(
                List.of(
                    new Expr.IntLiteral(1),
                    Expr.aten("size", Expr.local("input"), new Expr.IntLiteral(0)),
                    new Expr.Setting("hidden_size", new Expr.IntLiteral(hiddenSize)))));
    boolean hasCell = kind == Kind.LSTM;
    Expr state =
        hasCell
            ? new Expr.ListLiteral(List.of(Expr.local("zeros"), Expr.local("zeros")))
            : Expr.local("zeros");
    return List.of(
        new Statement.Assign("zeros", zeros),
        new Statement.Assign(
            hasCell ? List.of("output", "_hidden", "_cell") : List.of("output", "_hidden"),
            call(state)),
        new Statement.Return(Expr.local("output")));
  }

  /** The operator on {@code input}, from a state that has an axis of one for the layers. */
  Expr call(Expr state) {
    Expr weights =
        new Expr.ListLiteral(
            parameters().stream().map(s -> (Expr) new Expr.Attribute(s.name())).toList());
    return Expr.aten(
        kind.operator,
        Expr.local("input"),
        state,
        weights,
        new Expr.BoolLiteral(bias),
        new Expr.IntLiteral(1),
        new Expr.FloatLiteral(0),
        new Expr.Training(),
        new Expr.BoolLiteral(false),
        new Expr.BoolLiteral(true));
  }
}

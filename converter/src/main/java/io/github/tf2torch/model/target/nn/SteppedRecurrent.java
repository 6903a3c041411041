package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A recurrence whose cell PyTorch has not, that skips steps, or that drops in training what its
 * cell takes, as a loop over time: (N, T, in) to (N, T, hidden).
 *
 * @param cell what it does in a step
 * @param mask whether it takes one, (N, T), and what steps that it hides answer
 * @param isStateful whether it takes the first state, (N, hidden), and answers the last
 */
public record SteppedRecurrent(CellStep cell, Mask mask, boolean isStateful) implements Inheriting {
  /** What becomes of steps that are hidden. Their states stay as they are. */
  public enum Mask {
    NONE,
    /** They answer what the step before did, and zeros where there is none. */
    HOLDING,
    /** They answer zeros. */
    ZEROING
  }

  private static final Expr STEP = Expr.local("t");
  private static final Expr INPUT = Expr.local("input");
  private static final Expr ONE = new Expr.IntLiteral(1);
  private static final Expr ZERO = new Expr.IntLiteral(0);

  @Override
  public Recurrent like() {
    return cell.like();
  }

  @Override
  public String pythonClass() {
    boolean isSimple = like().kind().gates() == 1;
    return switch (mask) {
          case NONE -> "";
          case HOLDING -> "Masked";
          case ZEROING -> "MaskedToZero";
        }
        + (isStateful ? "Stateful" : "")
        + cell.dropout().named()
        + (like().bias() ? "" : "Unbiased")
        + (cell.resetsFirst() ? "ResetFirst" : "")
        + (cell.activation().equals(CellFunction.TANH) ? "" : cell.activation().camel())
        + (isSimple || cell.gate().equals(CellFunction.SIGMOID)
            ? ""
            : cell.gate().camel() + "Gated")
        + like().pythonClass().substring("nn.".length());
  }

  @Override
  public String pythonDoc() {
    List<String> said = new ArrayList<>();
    boolean isSimple = like().kind().gates() == 1;
    String gates = isSimple ? "" : " and its gates are " + cell.gate().name().replace('_', ' ');
    if (!cell.activation().equals(CellFunction.TANH) || !cell.gate().equals(CellFunction.SIGMOID)) {
      said.add("its activation is " + cell.activation().name() + gates);
    }
    if (cell.resetsFirst()) {
      said.add("the reset gate comes before the product");
    }
    if (mask != Mask.NONE) {
      said.add("steps where the mask is False keep the state");
    }
    if (cell.dropout().isAny()) {
      said.add("in training, drops the same at all steps");
    }
    String text = String.join("; ", said);
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  @Override
  public List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>(like().constructor());
    arguments.removeIf(a -> a.name().equals("nonlinearity") && !usesStock());
    arguments.addAll(settings());
    return arguments;
  }

  @Override
  public List<Argument> settings() {
    return cell.dropout().arguments();
  }

  @Override
  public int results() {
    return isStateful ? 1 + like().states().size() : 1;
  }

  @Override
  public List<String> inputs() {
    List<String> all = new ArrayList<>(List.of("input"));
    if (mask != Mask.NONE) {
      all.add("mask");
    }
    if (isStateful) {
      all.addAll(like().states());
    }
    return all;
  }

  /** Masked steps answer the output before, which is the state unless that was given. */
  private boolean keepsOutput() {
    return mask == Mask.HOLDING && isStateful;
  }

  /** Whether it steps in training alone. */
  private boolean usesStock() {
    return mask == Mask.NONE && cell.isStock();
  }

  @Override
  public List<Statement> forward() {
    Expr stacked = Expr.aten("stack", Expr.local("outputs"), ONE);
    List<Statement> body = new ArrayList<>(loop());
    if (usesStock()) {
      assign(body, "output", stacked);
      body = new ArrayList<>(List.of(new Statement.If(new Expr.Training(), body, stock())));
    }
    List<Expr> results = new ArrayList<>(List.of(usesStock() ? Expr.local("output") : stacked));
    like().states().forEach(s -> results.add(Expr.local(s)));
    body.add(new Statement.Return(isStateful ? new Expr.ListLiteral(results) : results.get(0)));
    return body;
  }

  private List<Statement> stock() {
    if (!isStateful) {
      List<Statement> all = like().forward();
      return all.subList(0, all.size() - 1);
    }
    List<Statement> body = new ArrayList<>(List.of(new StatefulRecurrent(like()).forward().get(0)));
    like().states().forEach(s -> assign(body, s, Expr.aten("squeeze", Expr.local(s), ZERO)));
    return body;
  }

  private List<Statement> loop() {
    List<Statement> body = new ArrayList<>(cell.before());
    if (!isStateful || keepsOutput()) {
      Expr sizes = new Expr.ListLiteral(List.of(Expr.aten("size", INPUT, ZERO), cell.hiddenSize()));
      assign(body, isStateful ? "y" : "h", Expr.aten("new_zeros", INPUT, sizes));
    }
    if (!isStateful && like().kind() == Recurrent.Kind.LSTM) {
      assign(body, "c", Expr.local("h"));
    }
    assign(body, "outputs", new Expr.ListLiteral(List.of()));
    body.add(new Statement.For("t", Expr.aten("size", INPUT, ONE), step()));
    return body;
  }

  private List<Statement> step() {
    boolean isMasked = mask != Mask.NONE;
    String h = isMasked ? "new_h" : "h";
    String c = isMasked ? "new_c" : "c";
    List<Statement> body = new ArrayList<>(cell.at(STEP, h, c));
    Expr answer = Expr.local("h");
    if (isMasked) {
      Expr seen = Expr.aten("select", Expr.local("mask"), ONE, STEP);
      assign(body, "shown", Expr.aten("unsqueeze", seen, ONE));
      if (mask == Mask.ZEROING) {
        Expr zeros = Expr.aten("zeros_like", Expr.local(h));
        assign(body, "y", where(h, zeros));
        answer = Expr.local("y");
      } else if (keepsOutput()) {
        assign(body, "y", where(h, Expr.local("y")));
        answer = Expr.local("y");
      }
      assign(body, "h", where(h, Expr.local("h")));
      if (like().kind() == Recurrent.Kind.LSTM) {
        assign(body, "c", where(c, Expr.local("c")));
      }
    }
    assign(body, "appended", Expr.aten("append", Expr.local("outputs"), answer));
    return body;
  }

  private static Expr where(String seen, Expr otherwise) {
    return Expr.aten("where", Expr.local("shown"), Expr.local(seen), otherwise);
  }

  private static void assign(List<Statement> body, String name, Expr value) {
    body.add(new Statement.Assign(name, value));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A recurrence whose cell PyTorch has not, or that skips steps, as a loop over time: (N, T, in) to
 * (N, T, hidden).
 *
 * @param like the module of PyTorch that it inherits from, for its parameters
 * @param activation in the place of tanh
 * @param gate in the place of the sigmoid
 * @param resetsFirst a GRU whose reset gate comes before the product, not after
 * @param mask whether it takes one, (N, T), and what steps that it hides answer
 * @param isStateful whether it takes the first state, (N, hidden), and answers the last
 */
public record SteppedRecurrent(
    Recurrent like,
    CellFunction activation,
    CellFunction gate,
    boolean resetsFirst,
    Mask mask,
    boolean isStateful)
    implements Inheriting {
  /** What becomes of steps that are hidden. Their states stay as they are. */
  public enum Mask {
    NONE,
    /** They answer what the step before did, and zeros where there is none. */
    HOLDING,
    /** They answer zeros. */
    ZEROING
  }

  private static final Expr STEP = Expr.local("t");
  private static final Expr ONE = new Expr.IntLiteral(1);
  private static final Expr ZERO = new Expr.IntLiteral(0);

  @Override
  public String pythonClass() {
    boolean isSimple = like.kind().gates() == 1;
    return switch (mask) {
          case NONE -> "";
          case HOLDING -> "Masked";
          case ZEROING -> "MaskedToZero";
        }
        + (isStateful ? "Stateful" : "")
        + (like.bias() ? "" : "Unbiased")
        + (resetsFirst ? "ResetFirst" : "")
        + (activation.equals(CellFunction.TANH) ? "" : activation.camel())
        + (isSimple || gate.equals(CellFunction.SIGMOID) ? "" : gate.camel() + "Gated")
        + like.pythonClass().substring("nn.".length());
  }

  @Override
  public String pythonDoc() {
    List<String> said = new ArrayList<>();
    boolean isSimple = like.kind().gates() == 1;
    String gates = isSimple ? "" : " and its gates are " + gate.name().replace('_', ' ');
    if (!activation.equals(CellFunction.TANH) || !gate.equals(CellFunction.SIGMOID)) {
      said.add("its activation is " + activation.name() + gates);
    }
    if (resetsFirst) {
      said.add("the reset gate comes before the product");
    }
    if (mask != Mask.NONE) {
      said.add("steps where the mask is False keep the state");
    }
    String text = String.join("; ", said);
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  @Override
  public List<Argument> constructor() {
    return like.constructor().stream().filter(a -> !a.name().equals("nonlinearity")).toList();
  }

  @Override
  public int results() {
    return isStateful ? 1 + like.states().size() : 1;
  }

  @Override
  public List<String> inputs() {
    List<String> all = new ArrayList<>(List.of("input"));
    if (mask != Mask.NONE) {
      all.add("mask");
    }
    if (isStateful) {
      all.addAll(like.states());
    }
    return all;
  }

  /** Masked steps answer the output before, which is the state unless that was given. */
  private boolean keepsOutput() {
    return mask == Mask.HOLDING && isStateful;
  }

  @Override
  public List<Statement> forward() {
    Expr input = Expr.local("input");
    List<Statement> body = new ArrayList<>();
    assign(body, "steps", ofInput(input));
    if (resetsFirst) {
      body.add(
          new Statement.Assign(
              List.of("weight_r", "weight_z", "weight_n"), thirds(attribute("weight_hh_l0"), 0)));
    }
    if (!isStateful || keepsOutput()) {
      Expr zeros =
          Expr.aten(
              "new_zeros",
              input,
              new Expr.ListLiteral(
                  List.of(
                      Expr.aten("size", input, ZERO),
                      new Expr.Setting("hidden_size", new Expr.IntLiteral(like.hiddenSize())))));
      assign(body, isStateful ? "y" : "h", zeros);
    }
    if (!isStateful && like.kind() == Recurrent.Kind.LSTM) {
      assign(body, "c", Expr.local("h"));
    }
    assign(body, "outputs", new Expr.ListLiteral(List.of()));
    List<Statement> step = new ArrayList<>();
    step(step);
    body.add(new Statement.For("t", Expr.aten("size", input, ONE), step));
    Expr stacked = Expr.aten("stack", Expr.local("outputs"), ONE);
    List<Expr> results = new ArrayList<>(List.of(stacked));
    like.states().forEach(s -> results.add(Expr.local(s)));
    body.add(new Statement.Return(isStateful ? new Expr.ListLiteral(results) : stacked));
    return body;
  }

  /** With the reset first, both biases are outside of the product that it changes. */
  private Expr ofInput(Expr input) {
    Expr weight = attribute("weight_ih_l0");
    if (!like.bias()) {
      return Expr.aten("linear", input, weight);
    }
    Expr bias = attribute("bias_ih_l0");
    return Expr.aten(
        "linear",
        input,
        weight,
        resetsFirst ? Expr.aten("add", bias, attribute("bias_hh_l0")) : bias);
  }

  private void step(List<Statement> body) {
    Expr x = Expr.aten("select", Expr.local("steps"), ONE, STEP);
    boolean isMasked = mask != Mask.NONE;
    String h = isMasked ? "new_h" : "h";
    String c = isMasked ? "new_c" : "c";
    switch (like.kind()) {
      case LSTM -> lstm(body, x, h, c);
      case GRU -> gru(body, x, h);
      case RNN_TANH, RNN_RELU -> {
        activated(body, h, activation, Expr.aten("add", x, hidden()));
      }
    }
    Expr answer = Expr.local("h");
    if (isMasked) {
      Expr seen = Expr.aten("select", Expr.local("mask"), ONE, STEP);
      assign(body, "seen", Expr.aten("unsqueeze", seen, ONE));
      if (mask == Mask.ZEROING) {
        Expr zeros = Expr.aten("zeros_like", Expr.local(h));
        assign(body, "y", where(h, zeros));
        answer = Expr.local("y");
      } else if (keepsOutput()) {
        assign(body, "y", where(h, Expr.local("y")));
        answer = Expr.local("y");
      }
      assign(body, "h", where(h, Expr.local("h")));
      if (like.kind() == Recurrent.Kind.LSTM) {
        assign(body, "c", where(c, Expr.local("c")));
      }
    }
    assign(body, "appended", Expr.aten("append", Expr.local("outputs"), answer));
  }

  /** Gates in PyTorch's order: i, f, g, o. */
  private void lstm(List<Statement> body, Expr x, String h, String c) {
    Expr gates = Expr.aten("add", x, hidden());
    body.add(
        new Statement.Assign(
            List.of("i", "f", "g", "o"), Expr.aten("chunk", gates, new Expr.IntLiteral(4), ONE)));
    Expr kept = Expr.aten("mul", gate.of(Expr.local("f")), Expr.local("c"));
    Expr taken = Expr.aten("mul", gate.of(Expr.local("i")), activation.of(Expr.local("g")));
    assign(body, c, Expr.aten("add", kept, taken));
    assign(body, h, Expr.aten("mul", gate.of(Expr.local("o")), activation.of(Expr.local(c))));
  }

  /** Gates in PyTorch's order: r, z, n. */
  private void gru(List<Statement> body, Expr x, String h) {
    body.add(new Statement.Assign(List.of("r", "z", "n"), thirds(x, 1)));
    Expr state = Expr.local("h");
    if (resetsFirst) {
      gate(body, "r", Expr.aten("linear", state, Expr.local("weight_r")));
      gate(body, "z", Expr.aten("linear", state, Expr.local("weight_z")));
      Expr kept = Expr.aten("mul", Expr.local("r"), state);
      candidate(body, Expr.aten("linear", kept, Expr.local("weight_n")));
    } else {
      body.add(new Statement.Assign(List.of("past_r", "past_z", "past_n"), thirds(hidden(), 1)));
      gate(body, "r", Expr.local("past_r"));
      gate(body, "z", Expr.local("past_z"));
      candidate(body, Expr.aten("mul", Expr.local("r"), Expr.local("past_n")));
    }
    Expr moved = Expr.aten("mul", Expr.local("z"), Expr.aten("sub", state, Expr.local("n")));
    assign(body, h, Expr.aten("add", Expr.local("n"), moved));
  }

  private void gate(List<Statement> body, String name, Expr past) {
    activated(body, name, gate, Expr.aten("add", Expr.local(name), past));
  }

  private void candidate(List<Statement> body, Expr past) {
    activated(body, "n", activation, Expr.aten("add", Expr.local("n"), past));
  }

  private static void activated(
      List<Statement> body, String name, CellFunction function, Expr argument) {
    if (function.usesOnce()) {
      assign(body, name, function.of(argument));
    } else {
      assign(body, name, argument);
      assign(body, name, function.of(Expr.local(name)));
    }
  }

  private Expr hidden() {
    Expr h = Expr.local("h");
    Expr weight = attribute("weight_hh_l0");
    return like.bias()
        ? Expr.aten("linear", h, weight, attribute("bias_hh_l0"))
        : Expr.aten("linear", h, weight);
  }

  private static Expr where(String seen, Expr otherwise) {
    return Expr.aten("where", Expr.local("seen"), Expr.local(seen), otherwise);
  }

  private static Expr thirds(Expr value, long axis) {
    return Expr.aten("chunk", value, new Expr.IntLiteral(3), new Expr.IntLiteral(axis));
  }

  private static Expr attribute(String name) {
    return new Expr.Attribute(name);
  }

  private static void assign(List<Statement> body, String name, Expr value) {
    body.add(new Statement.Assign(name, value));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a recurrent cell does, as statements: once for all steps, where {@code input} becomes {@code
 * steps}, and in each step {@code t}, with the state {@code h} and an LSTM's {@code c}.
 *
 * @param like the module of PyTorch that has its parameters
 * @param activation in the place of tanh
 * @param gate in the place of the sigmoid
 * @param resetsFirst a GRU whose reset gate comes before the product, not after
 * @param dropout what it drops in training
 */
public record CellStep(
    Recurrent like,
    CellFunction activation,
    CellFunction gate,
    boolean resetsFirst,
    CellDropout dropout) {
  private static final Expr ONE = new Expr.IntLiteral(1);
  private static final Expr ZERO = new Expr.IntLiteral(0);
  private static final Expr INPUT = Expr.local("input");
  private static final Expr KEPT = Expr.local(CellDropout.KEPT);

  /** Whether PyTorch's operator computes the same where nothing is dropped. */
  public boolean isStock() {
    boolean isRelu = like.kind() == Recurrent.Kind.RNN_RELU && activation.equals(CellFunction.RELU);
    return !resetsFirst
        && gate.equals(CellFunction.SIGMOID)
        && (activation.equals(CellFunction.TANH) || isRelu);
  }

  List<Statement> before() {
    List<Statement> body = new ArrayList<>();
    Expr batch = Expr.aten("size", INPUT, ZERO);
    Expr gates = new Expr.IntLiteral(like.kind().gates());
    if (dropout.dropsInput()) {
      Expr size = new Expr.Setting("input_size", new Expr.IntLiteral(like.inputSize()));
      assign(body, CellDropout.SEEN, dropout.seen(INPUT, List.of(gates, batch, ONE, size)));
    }
    if (dropout.dropsState()) {
      List<Expr> sizes = new ArrayList<>(List.of(batch, hiddenSize()));
      if (dropout.isOfGates()) {
        sizes.add(0, gates);
      }
      assign(body, CellDropout.KEPT, dropout.kept(INPUT, sizes));
    }
    assign(body, "steps", ofInput());
    if (resetsFirst) {
      body.add(
          new Statement.Assign(
              List.of("weight_r", "weight_z", "weight_n"), thirds(attribute("weight_hh_l0"), 0)));
    } else if (dropout.dropsState() && dropout.isOfGates()) {
      assign(body, "weight", ofGates("weight_hh_l0"));
    }
    return body;
  }

  Expr hiddenSize() {
    return new Expr.Setting("hidden_size", new Expr.IntLiteral(like.hiddenSize()));
  }

  /** With the reset first, both biases are outside of the product that it changes. */
  private Expr ofInput() {
    Expr weight = attribute("weight_ih_l0");
    Expr all = resetsFirst ? Expr.aten("add", bias("ih"), bias("hh")) : bias("ih");
    if (dropout.dropsInput()) {
      Expr seen =
          Expr.aten("mul", Expr.aten("unsqueeze", INPUT, ZERO), Expr.local(CellDropout.SEEN));
      Expr each = product("gnti,ghi->ntgh", seen, ofGates("weight_ih_l0"), 2);
      return like.bias() ? Expr.aten("add", each, all) : each;
    }
    return like.bias()
        ? Expr.aten("linear", INPUT, weight, all)
        : Expr.aten("linear", INPUT, weight);
  }

  /** Of every gate its own rows. */
  private Expr ofGates(String weight) {
    Expr sizes = Expr.ints(List.of(like.kind().gates(), -1));
    return Expr.aten("unflatten", attribute(weight), ZERO, sizes);
  }

  private static Expr product(String equation, Expr left, Expr right, int gates) {
    return Expr.aten(
        "flatten",
        Expr.aten(
            "einsum", new Expr.TextLiteral(equation), new Expr.ListLiteral(List.of(left, right))),
        new Expr.IntLiteral(gates));
  }

  /**
   * One step.
   *
   * @param h what the new state is called
   * @param c what the new cell is called
   */
  List<Statement> at(Expr step, String h, String c) {
    List<Statement> body = new ArrayList<>();
    if (hasOneMask()) {
      assign(body, "past", Expr.aten("mul", Expr.local("h"), KEPT));
    }
    Expr x = Expr.aten("select", Expr.local("steps"), ONE, step);
    switch (like.kind()) {
      case LSTM -> body.addAll(lstm(Expr.aten("add", x, hidden()), activation, gate, h, c));
      case GRU -> gru(body, x, h);
      case RNN_TANH, RNN_RELU -> activated(body, h, activation, Expr.aten("add", x, hidden()));
    }
    return body;
  }

  private boolean hasOneMask() {
    return dropout.dropsState() && !dropout.isOfGates();
  }

  private Expr state() {
    return Expr.local(hasOneMask() ? "past" : "h");
  }

  /** Gates in PyTorch's order, i, f, g, o, along axis 1. */
  static List<Statement> lstm(
      Expr gates, CellFunction activation, CellFunction gate, String h, String c) {
    Expr kept = Expr.aten("mul", gate.of(Expr.local("f")), Expr.local("c"));
    Expr taken = Expr.aten("mul", gate.of(Expr.local("i")), activation.of(Expr.local("g")));
    Expr shown = Expr.aten("mul", gate.of(Expr.local("o")), activation.of(Expr.local(c)));
    return List.of(
        new Statement.Assign(
            List.of("i", "f", "g", "o"), Expr.aten("chunk", gates, new Expr.IntLiteral(4), ONE)),
        new Statement.Assign(c, Expr.aten("add", kept, taken)),
        new Statement.Assign(h, shown));
  }

  /** Gates in PyTorch's order: r, z, n. */
  private void gru(List<Statement> body, Expr x, String h) {
    body.add(new Statement.Assign(List.of("r", "z", "n"), thirds(x, 1)));
    if (resetsFirst) {
      gate(body, "r", Expr.aten("linear", kept(0, state()), Expr.local("weight_r")));
      gate(body, "z", Expr.aten("linear", kept(1, state()), Expr.local("weight_z")));
      Expr reset = kept(2, Expr.aten("mul", Expr.local("r"), state()));
      candidate(body, Expr.aten("linear", reset, Expr.local("weight_n")));
    } else {
      body.add(new Statement.Assign(List.of("past_r", "past_z", "past_n"), thirds(hidden(), 1)));
      gate(body, "r", Expr.local("past_r"));
      gate(body, "z", Expr.local("past_z"));
      candidate(body, Expr.aten("mul", Expr.local("r"), Expr.local("past_n")));
    }
    Expr moved = Expr.aten("mul", Expr.local("z"), Expr.aten("sub", state(), Expr.local("n")));
    assign(body, h, Expr.aten("add", Expr.local("n"), moved));
  }

  private Expr kept(int gate, Expr state) {
    return dropout.dropsState() && dropout.isOfGates()
        ? Expr.aten("mul", state, Expr.aten("select", KEPT, ZERO, new Expr.IntLiteral(gate)))
        : state;
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

  /** What the state is to all gates. */
  private Expr hidden() {
    if (dropout.dropsState() && dropout.isOfGates()) {
      Expr kept = Expr.aten("mul", state(), KEPT);
      Expr each = product("gnh,gkh->ngk", kept, Expr.local("weight"), 1);
      return like.bias() ? Expr.aten("add", each, bias("hh")) : each;
    }
    Expr weight = attribute("weight_hh_l0");
    return like.bias()
        ? Expr.aten("linear", state(), weight, bias("hh"))
        : Expr.aten("linear", state(), weight);
  }

  private static Expr bias(String what) {
    return attribute("bias_" + what + "_l0");
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

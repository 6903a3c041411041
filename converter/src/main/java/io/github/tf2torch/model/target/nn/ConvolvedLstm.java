package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The recurrence of an LSTM of maps, whose hidden state is convolved: takes what the convolution of
 * the inputs gives for the gates i, f, g, o, (N, T, 4 * hidden, ...), and answers (N, T, hidden,
 * ...).
 *
 * @param like the convolution of the hidden state, whose outputs are the gates
 * @param dropout what the gates drop of the state in training
 * @param isStateful whether it takes the first state, (N, hidden, ...), and answers the last
 */
public record ConvolvedLstm(
    Conv like, CellFunction activation, CellFunction gate, CellDropout dropout, boolean isStateful)
    implements Inheriting {
  private static final int GATES = 4;
  private static final Expr ONE = new Expr.IntLiteral(1);

  /** The module of kernels of that size. */
  public static ConvolvedLstm of(
      long hidden,
      List<Long> kernel,
      CellFunction activation,
      CellFunction gate,
      CellDropout dropout,
      boolean isStateful,
      io.github.tf2torch.tensor.DType dtype) {
    boolean isOdd = kernel.stream().allMatch(k -> k % 2 == 1);
    List<Long> padding = kernel.stream().map(k -> isOdd ? k / 2 : 0).toList();
    List<Long> ones = Collections.nCopies(kernel.size(), 1L);
    Conv like = Conv.of(hidden, 4 * hidden, kernel, ones, padding, ones, 1, false, dtype);
    return new ConvolvedLstm(like, activation, gate, dropout, isStateful);
  }

  private int spatial() {
    return like.kernel().size();
  }

  @Override
  public String pythonClass() {
    String kernel = String.join("", like.kernel().stream().map(k -> "K" + k).toList());
    return (isStateful ? "Stateful" : "")
        + dropout.named()
        + (activation.equals(CellFunction.TANH) ? "" : activation.camel())
        + (gate.equals(CellFunction.SIGMOID) ? "" : gate.camel() + "Gated")
        + "ConvLSTM"
        + spatial()
        + "d"
        + kernel;
  }

  @Override
  public String pythonDoc() {
    return "The recurrence alone: takes the gates that a convolution makes of each step.";
  }

  @Override
  public List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>(like.constructor());
    arguments.addAll(settings());
    return arguments;
  }

  @Override
  public List<Argument> settings() {
    return dropout.arguments();
  }

  @Override
  public int results() {
    return isStateful ? 3 : 1;
  }

  @Override
  public List<String> inputs() {
    return isStateful ? List.of("input", "h", "c") : List.of("input");
  }

  @Override
  public List<Statement> forward() {
    Expr input = Expr.local("input");
    Expr hidden = new Expr.Setting("in_channels", new Expr.IntLiteral(like.inChannels()));
    List<Statement> body = new ArrayList<>();
    if (!isStateful) {
      assign(body, "h", Expr.aten("new_zeros", input, new Expr.ListLiteral(sizes(hidden))));
      assign(body, "c", Expr.local("h"));
    }
    if (dropout.dropsState()) {
      Expr gates = new Expr.IntArithmetic("*", new Expr.IntLiteral(GATES), hidden);
      assign(body, CellDropout.KEPT, dropout.kept(input, sizes(gates)));
    }
    assign(body, "outputs", new Expr.ListLiteral(List.of()));
    body.add(new Statement.For("t", Expr.aten("size", input, ONE), step()));
    Expr stacked = Expr.aten("stack", Expr.local("outputs"), ONE);
    body.add(
        new Statement.Return(
            isStateful
                ? new Expr.ListLiteral(List.of(stacked, Expr.local("h"), Expr.local("c")))
                : stacked));
    return body;
  }

  /** Of maps of so many channels. */
  private List<Expr> sizes(Expr channels) {
    Expr input = Expr.local("input");
    List<Expr> sizes = new ArrayList<>();
    sizes.add(Expr.aten("size", input, new Expr.IntLiteral(0)));
    sizes.add(channels);
    for (int i = 0; i < spatial(); i++) {
      sizes.add(Expr.aten("size", input, new Expr.IntLiteral(3L + i)));
    }
    return sizes;
  }

  private List<Statement> step() {
    Expr x = Expr.aten("select", Expr.local("input"), ONE, Expr.local("t"));
    List<Statement> body =
        new ArrayList<>(CellStep.lstm(Expr.aten("add", x, hidden()), activation, gate, "h", "c"));
    assign(body, "appended", Expr.aten("append", Expr.local("outputs"), Expr.local("h")));
    return body;
  }

  /** Padded to the size that it has; of an even kernel's padding, the end has one more. */
  private Expr hidden() {
    Expr h = dropout.dropsState() ? ofGates() : Expr.local("h");
    if (like.padding().stream().allMatch(p -> p == 0)) {
      List<Long> pads = new ArrayList<>();
      for (int i = spatial() - 1; i >= 0; i--) {
        long missing = like.kernel().get(i) - 1;
        pads.add(missing / 2);
        pads.add(missing - missing / 2);
      }
      boolean isNone = pads.stream().allMatch(p -> p == 0);
      h = isNone ? h : Expr.aten("constant_pad_nd", h, Expr.ints(pads), new Expr.FloatLiteral(0));
    }
    List<Expr> arguments =
        new ArrayList<>(
            List.of(
                h,
                new Expr.Attribute("weight"),
                new Expr.NoneLiteral(),
                Expr.ints(like.stride()),
                Expr.ints(like.padding())));
    if (dropout.dropsState()) {
      arguments.addAll(List.of(Expr.ints(like.dilation()), new Expr.IntLiteral(GATES)));
    }
    return new Expr.Aten("conv" + spatial() + "d", arguments);
  }

  /** The state once for each gate, each without what that one drops. */
  private Expr ofGates() {
    List<Long> repeats = new ArrayList<>(Collections.nCopies(spatial() + 2, 1L));
    repeats.set(1, (long) GATES);
    Expr each = Expr.aten("repeat", Expr.local("h"), Expr.ints(repeats));
    return Expr.aten("mul", each, Expr.local(CellDropout.KEPT));
  }

  private static void assign(List<Statement> body, String name, Expr value) {
    body.add(new Statement.Assign(name, value));
  }
}

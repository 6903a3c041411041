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
 * @param isStateful whether it takes the first state, (N, hidden, ...), and answers the last
 */
public record ConvolvedLstm(
    Conv like, CellFunction activation, CellFunction gate, boolean isStateful)
    implements Inheriting {
  private static final Expr ONE = new Expr.IntLiteral(1);

  /** The module of kernels of that size. */
  public static ConvolvedLstm of(
      long hidden,
      List<Long> kernel,
      CellFunction activation,
      CellFunction gate,
      boolean isStateful,
      io.github.tf2torch.tensor.DType dtype) {
    boolean isOdd = kernel.stream().allMatch(k -> k % 2 == 1);
    List<Long> padding = kernel.stream().map(k -> isOdd ? k / 2 : 0).toList();
    List<Long> ones = Collections.nCopies(kernel.size(), 1L);
    Conv like = Conv.of(hidden, 4 * hidden, kernel, ones, padding, ones, 1, false, dtype);
    return new ConvolvedLstm(like, activation, gate, isStateful);
  }

  private int spatial() {
    return like.kernel().size();
  }

  @Override
  public String pythonClass() {
    String kernel = String.join("", like.kernel().stream().map(k -> "K" + k).toList());
    return (isStateful ? "Stateful" : "")
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
    List<Statement> body = new ArrayList<>();
    if (!isStateful) {
      List<Expr> sizes = new ArrayList<>();
      sizes.add(Expr.aten("size", input, new Expr.IntLiteral(0)));
      sizes.add(new Expr.Setting("in_channels", new Expr.IntLiteral(like.inChannels())));
      for (int i = 0; i < spatial(); i++) {
        sizes.add(Expr.aten("size", input, new Expr.IntLiteral(3L + i)));
      }
      assign(body, "h", Expr.aten("new_zeros", input, new Expr.ListLiteral(sizes)));
      assign(body, "c", Expr.local("h"));
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

  private List<Statement> step() {
    List<Statement> body = new ArrayList<>();
    Expr x = Expr.aten("select", Expr.local("input"), ONE, Expr.local("t"));
    body.add(
        new Statement.Assign(
            List.of("i", "f", "g", "o"),
            Expr.aten("chunk", Expr.aten("add", x, hidden()), new Expr.IntLiteral(4), ONE)));
    Expr kept = Expr.aten("mul", gate.of(Expr.local("f")), Expr.local("c"));
    Expr taken = Expr.aten("mul", gate.of(Expr.local("i")), activation.of(Expr.local("g")));
    assign(body, "c", Expr.aten("add", kept, taken));
    assign(body, "h", Expr.aten("mul", gate.of(Expr.local("o")), activation.of(Expr.local("c"))));
    assign(body, "appended", Expr.aten("append", Expr.local("outputs"), Expr.local("h")));
    return body;
  }

  /** Padded to the size that it has; of an even kernel's padding, the end has one more. */
  private Expr hidden() {
    Expr h = Expr.local("h");
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
    return Expr.aten(
        "conv" + spatial() + "d",
        h,
        new Expr.Attribute("weight"),
        new Expr.NoneLiteral(),
        Expr.ints(like.stride()),
        Expr.ints(like.padding()));
  }

  private static void assign(List<Statement> body, String name, Expr value) {
    body.add(new Statement.Assign(name, value));
  }
}

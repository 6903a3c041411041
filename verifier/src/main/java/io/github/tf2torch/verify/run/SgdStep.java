package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.stream.Stream;

/** torch.optim.SGD with Nesterov momentum as a program that steps one parameter in place. */
public final class SgdStep {
  private SgdStep() {}

  /** {@code torch/optim/sgd.py}, {@code _single_tensor_sgd}. */
  public static TorchModel program(float learningRate, float momentum) {
    Expr p = Expr.local("p");
    Expr g = Expr.local("g");
    Expr buffer = Expr.local("buffer");
    List<Statement> body =
        List.of(
            assign("scaled", Expr.aten("mul_", buffer, new Expr.FloatLiteral(momentum))),
            assign("moved", Expr.aten("add_", buffer, g)),
            assign(
                "ahead",
                Expr.aten("add", g, Expr.aten("mul", buffer, new Expr.FloatLiteral(momentum)))),
            assign(
                "stepped",
                Expr.aten(
                    "sub_",
                    p,
                    Expr.aten("mul", Expr.local("ahead"), new Expr.FloatLiteral(learningRate)))));
    return inPlace(body, "stepped", "p", "g", "buffer");
  }

  /** Gives a parameter the values of another tensor. */
  static TorchModel copy() {
    return inPlace(
        List.of(assign("copied", Expr.aten("copy_", Expr.local("p"), Expr.local("value")))),
        "copied",
        "p",
        "value");
  }

  /**
   * Gives a gradient memory of its own. Those that one gradient is passed on to, as through a sum,
   * hold the same memory (torch/csrc/autograd/functions/accumulate_grad.h takes what nobody else
   * has, and a view is nobody else's), and what a second backward pass adds would be added twice.
   */
  static TorchModel apart() {
    Expr gradient = Expr.local("gradient");
    return inPlace(
        List.of(assign("own", Expr.aten("set_", gradient, Expr.aten("clone", gradient)))),
        "own",
        "gradient");
  }

  private static TorchModel inPlace(List<Statement> body, String result, String... arguments) {
    Dims dims = new Dims(List.of());
    List<TorchModel.Input> inputs =
        Stream.of(arguments)
            .map(
                n ->
                    new TorchModel.Input(
                        n, n, new Endpoint(n, 0), DType.FLOAT32, dims, Layout.tensorflow(0)))
            .toList();
    TorchModel.Output output =
        new TorchModel.Output(
            "p", result, new Endpoint("p", 0), DType.FLOAT32, dims, Layout.tensorflow(0));
    return new TorchModel("Step", inputs, List.of(), List.of(), body, List.of(output), List.of());
  }

  private static Statement assign(String name, Expr value) {
    return new Statement.Assign(name, value);
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** What {@code torch.nn.Conv1d}, 2d and 3d share; a list has an element a spatial axis. */
public sealed interface Conv extends TorchModule permits Conv1d, Conv2d, Conv3d {
  /** The module of as many spatial axes as the kernel has. */
  static Conv of(
      long inChannels,
      long outChannels,
      List<Long> kernel,
      List<Long> stride,
      List<Long> padding,
      List<Long> dilation,
      long groups,
      boolean bias,
      DType dtype) {
    return switch (kernel.size()) {
      case 1 ->
          new Conv1d(
              inChannels, outChannels, kernel, stride, padding, dilation, groups, bias, dtype);
      case 2 ->
          new Conv2d(
              inChannels, outChannels, kernel, stride, padding, dilation, groups, bias, dtype);
      case 3 ->
          new Conv3d(
              inChannels, outChannels, kernel, stride, padding, dilation, groups, bias, dtype);
      default -> throw new IllegalArgumentException("a kernel of " + kernel.size() + " axes");
    };
  }

  /** The same with another padding. */
  default Conv withPadding(List<Long> other) {
    return of(
        inChannels(),
        outChannels(),
        kernel(),
        stride(),
        other,
        dilation(),
        groups(),
        bias(),
        dtype());
  }

  long inChannels();

  long outChannels();

  List<Long> kernel();

  List<Long> stride();

  List<Long> padding();

  List<Long> dilation();

  long groups();

  boolean bias();

  DType dtype();

  @Override
  default String pythonClass() {
    return "nn.Conv" + kernel().size() + "d";
  }

  @Override
  default List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Arguments.positional(inChannels()));
    arguments.add(Arguments.positional(outChannels()));
    arguments.add(new Argument("kernel_size", Arguments.pair(kernel())));
    Arguments.addPair(arguments, "stride", stride(), 1);
    Arguments.addPair(arguments, "padding", padding(), 0);
    Arguments.addPair(arguments, "dilation", dilation(), 1);
    if (groups() != 1) {
      arguments.add(new Argument("groups", new Expr.IntLiteral(groups())));
    }
    if (!bias()) {
      arguments.add(new Argument("bias", new Expr.BoolLiteral(false)));
    }
    return arguments;
  }

  @Override
  default List<Slot> parameters() {
    List<Long> dims = new ArrayList<>(List.of(outChannels(), inChannels() / groups()));
    dims.addAll(kernel());
    Slot weight = new Slot("weight", dtype(), new Shape(dims));
    return bias()
        ? List.of(weight, new Slot("bias", dtype(), Shape.of(outChannels())))
        : List.of(weight);
  }

  @Override
  default List<Slot> buffers() {
    return List.of();
  }

  @Override
  default List<String> inputs() {
    return List.of("input");
  }

  @Override
  default List<Statement> forward() {
    return List.of(
        new Statement.Return(
            Expr.aten(
                "conv" + kernel().size() + "d",
                Expr.local("input"),
                new Expr.Attribute("weight"),
                bias() ? new Expr.Attribute("bias") : new Expr.NoneLiteral(),
                Expr.ints(stride()),
                Expr.ints(padding()),
                Expr.ints(dilation()),
                new Expr.IntLiteral(groups()))));
  }
}

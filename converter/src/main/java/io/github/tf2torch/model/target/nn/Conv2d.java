package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code torch.nn.Conv2d}: (N, C_in, H, W) to (N, C_out, H', W'). Weight (C_out, C_in / groups, kH,
 * kW).
 */
public record Conv2d(
    long inChannels,
    long outChannels,
    List<Long> kernel,
    List<Long> stride,
    List<Long> padding,
    List<Long> dilation,
    long groups,
    boolean bias,
    DType dtype)
    implements TorchModule {
  public Conv2d {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  @Override
  public String pythonClass() {
    return "nn.Conv2d";
  }

  @Override
  public List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Arguments.positional(inChannels));
    arguments.add(Arguments.positional(outChannels));
    arguments.add(new Argument("kernel_size", Arguments.pair(kernel)));
    Arguments.addPair(arguments, "stride", stride, 1);
    Arguments.addPair(arguments, "padding", padding, 0);
    Arguments.addPair(arguments, "dilation", dilation, 1);
    if (groups != 1) {
      arguments.add(new Argument("groups", new Expr.IntLiteral(groups)));
    }
    if (!bias) {
      arguments.add(new Argument("bias", new Expr.BoolLiteral(false)));
    }
    return arguments;
  }

  @Override
  public List<Slot> parameters() {
    Slot weight =
        new Slot(
            "weight",
            dtype,
            Shape.of(outChannels, inChannels / groups, kernel.get(0), kernel.get(1)));
    return bias ? List.of(weight, new Slot("bias", dtype, Shape.of(outChannels))) : List.of(weight);
  }

  @Override
  public List<Slot> buffers() {
    return List.of();
  }

  @Override
  public List<String> inputs() {
    return List.of("input");
  }

  @Override
  public List<Statement> forward() {
    return List.of(
        new Statement.Return(
            Expr.aten(
                "conv2d",
                Expr.local("input"),
                new Expr.Attribute("weight"),
                bias ? new Expr.Attribute("bias") : new Expr.NoneLiteral(),
                Expr.ints(stride),
                Expr.ints(padding),
                Expr.ints(dilation),
                new Expr.IntLiteral(groups))));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code torch.nn.ConvTranspose2d} and {@code 3d}: (N, C_in, ...) to (N, C_out, ...). Weight (C_in,
 * C_out, ...). A list has an element a spatial axis.
 */
public record ConvTranspose(
    long inChannels,
    long outChannels,
    List<Long> kernel,
    List<Long> stride,
    List<Long> padding,
    List<Long> outputPadding,
    List<Long> dilation,
    boolean bias,
    DType dtype)
    implements TorchModule {
  public ConvTranspose {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    outputPadding = List.copyOf(outputPadding);
    dilation = List.copyOf(dilation);
  }

  @Override
  public String pythonClass() {
    return "nn.ConvTranspose" + kernel.size() + "d";
  }

  @Override
  public List<Argument> constructor() {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Arguments.positional(inChannels));
    arguments.add(Arguments.positional(outChannels));
    arguments.add(new Argument("kernel_size", Arguments.pair(kernel)));
    Arguments.addPair(arguments, "stride", stride, 1);
    Arguments.addPair(arguments, "padding", padding, 0);
    Arguments.addPair(arguments, "output_padding", outputPadding, 0);
    Arguments.addPair(arguments, "dilation", dilation, 1);
    if (!bias) {
      arguments.add(new Argument("bias", new Expr.BoolLiteral(false)));
    }
    return arguments;
  }

  @Override
  public List<Slot> parameters() {
    List<Long> dims = new ArrayList<>(List.of(inChannels, outChannels));
    dims.addAll(kernel);
    Slot weight = new Slot("weight", dtype, new Shape(dims));
    return bias ? List.of(weight, new Slot("bias", dtype, Shape.of(outChannels))) : List.of(weight);
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
                "conv_transpose" + kernel.size() + "d",
                Expr.local("input"),
                new Expr.Attribute("weight"),
                bias ? new Expr.Attribute("bias") : new Expr.NoneLiteral(),
                Expr.ints(stride),
                Expr.ints(padding),
                Expr.ints(outputPadding),
                new Expr.IntLiteral(1),
                Expr.ints(dilation))));
  }
}

package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.ArrayList;
import java.util.List;

/**
 * TensorFlow's SAME padding where the extents are known only at run time: along each axis {@code
 * max((ceil(n / stride) - 1) * stride + (kernel - 1) * dilation + 1 - n, 0)}, the odd one at the
 * end.
 *
 * <p>Formula: {@code GetWindowedOutputSizeVerbose} in {@code
 * tensorflow/core/framework/common_shape_fns.cc}.
 */
public record SamePad2d(List<Long> kernel, List<Long> stride, List<Long> dilation, float value)
    implements TorchModule {
  public SamePad2d {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    dilation = List.copyOf(dilation);
  }

  @Override
  public String pythonClass() {
    return "SamePad2d"
        + String.join("", kernel.stream().map(k -> "K" + k).toList())
        + String.join("", stride.stream().map(k -> "S" + k).toList())
        + String.join("", dilation.stream().map(k -> "D" + k).toList())
        + (value == 0 ? "" : "Max");
  }

  @Override
  public List<Argument> constructor() {
    return List.of();
  }

  @Override
  public List<String> inputs() {
    return List.of("x");
  }

  @Override
  public List<Statement> forward() {
    List<Statement> body = new ArrayList<>();
    pad(body, "height", 0);
    pad(body, "width", 1);
    Expr pads =
        new Expr.ListLiteral(List.of(half("width"), rest("width"), half("height"), rest("height")));
    body.add(
        new Statement.Return(
            Expr.aten("constant_pad_nd", Expr.local("x"), pads, new Expr.FloatLiteral(value))));
    return body;
  }

  private void pad(List<Statement> body, String axis, int i) {
    long s = stride.get(i);
    long extent = (kernel.get(i) - 1) * dilation.get(i) + 1;
    Expr size = Expr.aten("size", Expr.local("x"), new Expr.IntLiteral(i + 2L));
    // (ceil(n / s) - 1) * s equals (n - 1) // s * s for every n > 0
    Expr last =
        op(
            "*",
            op("//", op("-", size, new Expr.IntLiteral(1)), new Expr.IntLiteral(s)),
            new Expr.IntLiteral(s));
    Expr missing = op("-", op("+", last, new Expr.IntLiteral(extent)), size);
    body.add(new Statement.Assign(axis, op("max", missing, new Expr.IntLiteral(0))));
  }

  private static Expr half(String axis) {
    return op("//", Expr.local(axis), new Expr.IntLiteral(2));
  }

  private static Expr rest(String axis) {
    return op("-", Expr.local(axis), half(axis));
  }

  private static Expr op(String operator, Expr left, Expr right) {
    return new Expr.IntArithmetic(operator, left, right);
  }
}

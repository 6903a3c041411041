package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import java.util.List;
import java.util.Set;

/** Elementwise ops that are several calls in PyTorch, or take three inputs and more. */
public final class Several implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(
        "AddN",
        "SquaredDifference",
        "ClipByValue",
        "SelectV2",
        "BiasAdd",
        "DivNoNan",
        "MulNoNan",
        "Xdivy",
        "Xlog1py",
        "TruncateDiv");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    if (node.op().equals("BiasAdd") && isChannelsSecond(node)) {
      throw context.unsupported("a bias of axis 1 without a convolution before it");
    }
    Broadcasting all = Broadcasting.of(context, node.inputs().size());
    List<Expr> operands =
        java.util.stream.IntStream.range(0, node.inputs().size())
            .mapToObj(i -> tensor(all.operands().get(i), i, context))
            .toList();
    Expr.Aten call =
        switch (node.op()) {
          case "AddN" -> {
            Expr sum = operands.get(0);
            for (Expr next : operands.subList(1, operands.size())) {
              sum = Expr.aten("add", sum, next);
            }
            yield sum instanceof Expr.Aten a ? a : Expr.aten("clone", sum);
          }
          case "SquaredDifference" ->
              Expr.aten("square", Expr.aten("sub", operands.get(0), operands.get(1)));
          case "BiasAdd" -> Expr.aten("add", operands.get(0), operands.get(1));
          case "ClipByValue" -> clamp(all.operands(), operands);
          case "SelectV2" -> Expr.aten("where", operands.get(0), operands.get(1), operands.get(2));
          case "DivNoNan" ->
              zeroWhere(operands.get(1), Expr.aten("div", operands.get(0), operands.get(1)));
          case "MulNoNan" ->
              zeroWhere(operands.get(1), Expr.aten("mul", operands.get(0), operands.get(1)));
          case "Xdivy" ->
              zeroWhere(operands.get(0), Expr.aten("div", operands.get(0), operands.get(1)));
          case "Xlog1py" ->
              zeroWhere(
                  operands.get(0),
                  Expr.aten("mul", operands.get(0), Expr.aten("log1p", operands.get(1))));
          // less its remainder, the dividend is a multiple: nothing is left to round
          case "TruncateDiv" ->
              Expr.aten(
                  "floor_divide",
                  Expr.aten(
                      "sub", operands.get(0), Expr.aten("fmod", operands.get(0), operands.get(1))),
                  operands.get(1));
          default -> throw new AssertionError("no case for " + node.op());
        };
    TensorType type = all.type(context.dtype(node.op().equals("SelectV2") ? 1 : 0));
    context.output(0, context.assign(call, type));
  }

  private static boolean isChannelsSecond(Node node) {
    return node.hasAttr("data_format") && node.textAttr("data_format").equals("NCHW");
  }

  /** Nought wherever that operand is, whatever comes of the other. */
  private static Expr.Aten zeroWhere(Expr operand, Expr otherwise) {
    return Expr.aten(
        "where",
        Expr.aten("eq", operand, new Expr.IntLiteral(0)),
        Expr.aten("zeros_like", otherwise),
        otherwise);
  }

  private static Expr.Aten clamp(List<Expr> given, List<Expr> tensors) {
    boolean numbers =
        !(given.get(1) instanceof Expr.Attribute || given.get(1) instanceof Expr.Local)
            && !(given.get(2) instanceof Expr.Attribute || given.get(2) instanceof Expr.Local);
    return numbers
        ? Expr.aten("clamp", given.get(0), given.get(1), given.get(2))
        : Expr.aten("minimum", Expr.aten("maximum", given.get(0), tensors.get(1)), tensors.get(2));
  }

  /** The operand as a tensor, where a number stands for a constant. */
  static Expr tensor(Expr operand, int index, OpContext context) {
    return operand instanceof Expr.FloatLiteral || operand instanceof Expr.IntLiteral
        ? context
            .attribute(Refolding.reshape(context.weight(index).orElseThrow(), List.of()))
            .expr()
        : operand;
  }
}

package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ops of two tensors, element by element with broadcasting: one row each. */
public final class Binary implements OpRule {
  /**
   * A row of the table.
   *
   * @param tensors the operator on two tensors
   * @param scalarRight the operator that takes a number on the right; empty where none does
   * @param scalarLeft the operator that takes a number on the left, its arguments swapped where it
   *     says so
   * @param answersBool true for comparisons
   */
  private record Row(
      String op,
      String tensors,
      Optional<String> scalarRight,
      Optional<ScalarLeft> scalarLeft,
      boolean answersBool) {}

  private record ScalarLeft(String operator, boolean swapped) {}

  private static final Map<String, Row> ROWS =
      Stream.of(
              commutative("Add", "add", "add"),
              commutative("AddV2", "add", "add"),
              commutative("Mul", "mul", "mul"),
              // clamp hands on the gradient at the bound as TensorFlow does for its first argument
              commutative("Maximum", "maximum", "clamp_min"),
              commutative("Minimum", "minimum", "clamp_max"),
              ordered("Sub", "sub", Optional.of(new ScalarLeft("rsub", true))),
              ordered("Pow", "pow", Optional.of(new ScalarLeft("pow", false))),
              ordered("RealDiv", "div", Optional.empty()),
              ordered("Div", "div", Optional.empty()),
              ordered("FloorDiv", "floor_divide", Optional.empty()),
              ordered("FloorMod", "remainder", Optional.empty()),
              new Row("Atan2", "atan2", Optional.empty(), Optional.empty(), false),
              comparison("Greater", "gt"),
              comparison("GreaterEqual", "ge"),
              comparison("Less", "lt"),
              comparison("LessEqual", "le"),
              comparison("Equal", "eq"),
              comparison("NotEqual", "ne"),
              // both truncate, of whole and of real numbers
              new Row("Mod", "fmod", Optional.of("fmod"), Optional.empty(), false),
              new Row("TruncateMod", "fmod", Optional.of("fmod"), Optional.empty(), false),
              new Row("Xlogy", "xlogy", Optional.of("xlogy"), Optional.empty(), false),
              new Row("BitwiseAnd", "bitwise_and", Optional.empty(), Optional.empty(), false),
              new Row("BitwiseOr", "bitwise_or", Optional.empty(), Optional.empty(), false),
              new Row("BitwiseXor", "bitwise_xor", Optional.empty(), Optional.empty(), false),
              new Row("LogicalAnd", "logical_and", Optional.empty(), Optional.empty(), true),
              new Row("LogicalOr", "logical_or", Optional.empty(), Optional.empty(), true))
          .collect(Collectors.toUnmodifiableMap(Row::op, row -> row));

  private static Row commutative(String op, String tensors, String scalar) {
    return new Row(
        op, tensors, Optional.of(scalar), Optional.of(new ScalarLeft(scalar, true)), false);
  }

  private static Row ordered(String op, String operator, Optional<ScalarLeft> scalarLeft) {
    return new Row(op, operator, Optional.of(operator), scalarLeft, false);
  }

  private static Row comparison(String op, String operator) {
    return new Row(op, operator, Optional.of(operator), Optional.empty(), true);
  }

  @Override
  public Set<String> ops() {
    return ROWS.keySet();
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    Row row = ROWS.get(node.op());
    boolean isOfShape =
        context.input(0) instanceof Value.Sizes || context.input(1) instanceof Value.Sizes;
    if (isOfShape && SizeArithmetic.knows(node, context)) {
      context.output(0, SizeArithmetic.of(node, context));
      return;
    }
    Broadcasting both = Broadcasting.of(context, 2);
    DType dtype = row.answersBool() ? DType.BOOL : context.dtype(0);
    if (row.op().equals("Div") && !dtype.isFloating()) {
      throw context.unsupported("Div of whole numbers");
    }
    TensorType type = both.type(dtype);
    context.output(0, context.assign(row.tensors(), apply(row, both.operands(), context), type));
  }

  private static Expr apply(Row row, List<Expr> operands, OpContext context) {
    Expr left = operands.get(0);
    Expr right = operands.get(1);
    boolean numberLeft = isNumber(left);
    if (isNumber(right) && !numberLeft && row.scalarRight().isPresent()) {
      return Expr.aten(row.scalarRight().get(), left, right);
    }
    if (numberLeft && !isNumber(right) && row.scalarLeft().isPresent()) {
      ScalarLeft form = row.scalarLeft().get();
      return form.swapped()
          ? Expr.aten(form.operator(), right, left)
          : Expr.aten(form.operator(), left, right);
    }
    return Expr.aten(row.tensors(), tensor(left, 0, context), tensor(right, 1, context));
  }

  private static boolean isNumber(Expr expr) {
    return expr instanceof Expr.FloatLiteral || expr instanceof Expr.IntLiteral;
  }

  /** The operand as a tensor, where the operator takes no number. */
  private static Expr tensor(Expr operand, int index, OpContext context) {
    return isNumber(operand)
        ? context
            .attribute(Refolding.reshape(context.weight(index).orElseThrow(), List.of()))
            .expr()
        : operand;
  }
}

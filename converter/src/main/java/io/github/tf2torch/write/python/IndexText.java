package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.stream.Stream;

/** Parts of tensors in brackets: {@code x[:, 1:3]}, {@code x[:, -1]}. */
final class IndexText {
  private final PythonExpressions expressions;

  IndexText(PythonExpressions expressions) {
    this.expressions = expressions;
  }

  /** {@code x[:, 1:3]} of {@code slice(x, 1, 1, 3, 1)}. */
  String slice(List<Expr> a) {
    if (!(a.get(1) instanceof Expr.IntLiteral dim) || dim.value() < 0) {
      return "torch.ops.aten.slice(" + expressions.list(a) + ")";
    }
    String start = expressions.print(a.get(2));
    String end = a.size() > 3 ? expressions.print(a.get(3)) : "None";
    String step = a.size() > 4 ? expressions.print(a.get(4)) : "1";
    boolean open = end.equals("None") || end.equals(Long.toString(Long.MAX_VALUE));
    String first = start.equals("0") || start.equals("None") ? "" : start;
    String last = open ? "" : end;
    String range = range(first, last, step.equals("1") ? "" : step);
    return expressions.print(a.get(0), PythonExpressions.ATOM)
        + "["
        + ":, ".repeat((int) dim.value())
        + range
        + "]";
  }

  /** What is more than a name or a number has blanks beside its colon, as black has it. */
  private static String range(String first, String last, String step) {
    boolean isPlain = Stream.of(first, last, step).allMatch(part -> part.matches("-?\\w*"));
    String blank = isPlain ? "" : " ";
    String colon = (first.isEmpty() ? "" : blank) + ":";
    if (step.isEmpty()) {
      return first + colon + (last.isEmpty() ? "" : blank) + last;
    }
    String middle = last.isEmpty() ? ":" : blank + last + blank + ":";
    return first + colon + middle + blank + step;
  }

  /** {@code x[:, -1]} of {@code select(x, 1, -1)}. */
  String select(List<Expr> a) {
    return a.get(1) instanceof Expr.IntLiteral dim && dim.value() >= 0
        ? expressions.print(a.get(0), PythonExpressions.ATOM)
            + "["
            + ":, ".repeat((int) dim.value())
            + expressions.print(a.get(2))
            + "]"
        : "torch.select(" + expressions.list(a) + ")";
  }
}

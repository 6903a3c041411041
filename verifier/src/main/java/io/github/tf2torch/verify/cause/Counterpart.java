package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What TensorFlow's program of a layer has, where that is known of a model that was not printed
 * from it.
 *
 * @param numbers of its arithmetic
 * @param operators that it computes with, in order
 * @param calls of them
 * @param unread values of the program at hand that TensorFlow's layer reads and this one does not,
 *     each with its layer's name
 */
public record Counterpart(
    List<Float> numbers, List<String> operators, Set<Expr.Aten> calls, Map<String, String> unread) {
  private static final Set<String> ARITHMETIC =
      Set.of("add", "sub", "rsub", "mul", "div", "pow", "clamp", "clamp_min", "clamp_max");

  public Counterpart {
    numbers = List.copyOf(numbers);
    operators = List.copyOf(operators);
    calls = Set.copyOf(calls);
    unread = Map.copyOf(unread);
  }

  /** Nothing is known. */
  public static Counterpart none() {
    return new Counterpart(List.of(), List.of(), Set.of(), Map.of());
  }

  /** Those of a stretch of a program, each once. */
  public static List<Float> numbers(TorchModel model, Span span) {
    Set<Float> found = new LinkedHashSet<>();
    Stretch stretch = Stretch.of(model, span);
    stretch
        .calls(ARITHMETIC)
        .flatMap(call -> call.arguments().stream())
        .flatMap(argument -> stretch.number(argument).stream())
        .forEach(number -> found.add((float) (double) number));
    return new ArrayList<>(found);
  }

  /** The place of the operand that {@code alpha} scales, which is no number of the arithmetic. */
  static boolean isNumber(Expr.Aten call, int at) {
    return at < 2 || !Set.of("add", "sub", "rsub").contains(call.operator());
  }
}

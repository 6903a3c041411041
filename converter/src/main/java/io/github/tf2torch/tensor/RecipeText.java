package io.github.tf2torch.tensor;

import io.github.tf2torch.tensor.TensorExpr.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link TensorExpr#describe()} printed, read again. */
public final class RecipeText {
  private static final Pattern STEP =
      Pattern.compile("(.*)\\.(permute|reshape|slice|scale|add|cast|axis|terms)\\[([^\\[\\]]*)\\]");
  private static final String CONCAT = "concat[";
  private static final String SUM = "sum[";

  /** What a pad adds; its type is of no account, as no variable is made of it. */
  private static final Pattern FILL = Pattern.compile("fill\\[([^\\[\\]]*)\\]");

  /** Far more than any recipe has, and far less than a stack holds. */
  private static final int MOST_STEPS = 300;

  private final Function<String, Optional<Stored>> variables;
  private int open;

  private RecipeText(Function<String, Optional<Stored>> variables) {
    this.variables = variables;
  }

  /**
   * The recipe that prints as {@code text}.
   *
   * @param variables what is known of a stored one, by its name
   * @throws IllegalArgumentException where it is made of something else too, or not understood
   */
  public static TensorExpr parse(String text, Function<String, Optional<Stored>> variables) {
    try {
      return new RecipeText(variables).expression(text);
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("no tensor can be \"" + text + "\"", e);
    }
  }

  private TensorExpr expression(String text) {
    if (++open > MOST_STEPS) {
      throw new IllegalArgumentException("its recipe has more than " + MOST_STEPS + " steps");
    }
    TensorExpr made = step(text);
    open--;
    return made;
  }

  private TensorExpr step(String text) {
    // A name may look like a step of its own.
    Optional<Stored> variable = variables.apply(text);
    if (variable.isPresent()) {
      return variable.get();
    }
    Matcher step = STEP.matcher(text);
    if (!step.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is no variable of the source");
    }
    String below = step.group(1);
    String argument = step.group(3);
    return switch (step.group(2)) {
      case "permute" ->
          new TensorExpr.Permute(
              expression(below), numbers(argument).stream().map(Long::intValue).toList());
      case "reshape" -> reshape(below, new Shape(numbers(argument)));
      case "slice" -> slice(expression(below), numbers(argument));
      case "scale" -> new TensorExpr.Scale(expression(below), Double.parseDouble(argument));
      case "add" -> new TensorExpr.Shift(expression(below), Double.parseDouble(argument));
      case "terms" -> new TensorExpr.Sum(parts(below, SUM));
      case "cast" -> new TensorExpr.Cast(expression(below), dtype(argument));
      default -> new TensorExpr.Concat(parts(below, CONCAT), Integer.parseInt(argument));
    };
  }

  private TensorExpr reshape(String below, Shape shape) {
    Matcher fill = FILL.matcher(below);
    return fill.matches() && variables.apply(below).isEmpty()
        ? new TensorExpr.Fill(DType.FLOAT32, shape, Double.parseDouble(fill.group(1)))
        : new TensorExpr.Reshape(expression(below), shape);
  }

  private static TensorExpr slice(TensorExpr input, List<Long> numbers) {
    if (numbers.size() != 3) {
      throw new IllegalArgumentException("a slice of " + numbers);
    }
    return new TensorExpr.Slice(
        input, Math.toIntExact(numbers.get(0)), numbers.get(1), numbers.get(2));
  }

  private static DType dtype(String name) {
    return DType.ofTorch(name)
        .orElseThrow(() -> new IllegalArgumentException("no type \"" + name + "\""));
  }

  private static List<Long> numbers(String list) {
    return list.isBlank()
        ? List.of()
        : Arrays.stream(list.split(",", -1)).map(n -> Long.valueOf(n.strip())).toList();
  }

  /** What stands between the brackets of a concatenation or a sum. */
  private List<TensorExpr> parts(String text, String begin) {
    if (!text.startsWith(begin) || !text.endsWith("]")) {
      throw new IllegalArgumentException("\"" + text + "\" does not begin with " + begin);
    }
    String inside = text.substring(begin.length(), text.length() - 1);
    List<TensorExpr> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int at = 0; at < inside.length(); at++) {
      char c = inside.charAt(at);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (depth == 0 && inside.startsWith(", ", at)) {
        parts.add(expression(inside.substring(from, at)));
        from = at + 2;
      }
    }
    parts.add(expression(inside.substring(from)));
    return parts;
  }
}

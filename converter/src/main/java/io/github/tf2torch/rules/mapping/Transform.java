package io.github.tf2torch.rules.mapping;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Scale;
import io.github.tf2torch.tensor.TensorExpr.Shift;
import io.github.tf2torch.tensor.TensorExpr.Slice;
import io.github.tf2torch.tensor.TensorExpr.Sum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One step from variables to tensors, as a rule names it.
 *
 * @param numbers what it is given: {@code gates: [1, 0, 2]}
 */
public record Transform(String name, List<Double> numbers) {
  private interface Step {
    List<TensorExpr> apply(List<TensorExpr> tensors, Transform transform, List<Shape> targets);
  }

  private interface Single {
    TensorExpr apply(TensorExpr tensor, Transform transform);
  }

  private record Kind(Numbers numbers, String usage, Step step) {}

  private static final Map<String, Kind> KINDS = new TreeMap<>();

  /** Those that are given something else than axes, extents and places. */
  private static final Set<String> FRACTIONS = Set.of("scale", "add", "pad");

  static {
    each("stored", Numbers.NONE, "nothing is changed", (t, x) -> t);
    each(
        "transpose",
        Numbers.NONE,
        "axes the other way round: dense kernels",
        (t, x) -> Layouts.transpose(t));
    each(
        "conv",
        Numbers.NONE,
        "[H, W, I, O] to [O, I, H, W]; 1D and 3D too",
        (t, x) -> Layouts.convolution(t));
    each(
        "depthwise",
        Numbers.NONE,
        "[H, W, C, M] to [C*M, 1, H, W]",
        (t, x) -> Layouts.depthwise(t));
    each("permute", Numbers.SOME, "[axes]", (t, x) -> new Permute(t, x.integers()));
    each("reshape", Numbers.SOME, "[extents]", (t, x) -> Layouts.reshape(t, x.longs()));
    each(
        "flatten",
        Numbers.SOME,
        "[H, W, C] of the flattened image that a dense kernel follows",
        (t, x) -> Layouts.transpose(x.unflattened(t)));
    each(
        "gates",
        Numbers.SOME,
        "[order] of the equal blocks of axis 0: [0, 2, 1, 3] for tf.nn.rnn_cell's LSTM",
        (t, x) -> x.gates(t));
    each("scale", Numbers.ONE, "factor", (t, x) -> new Scale(t, x.number()));
    each("add", Numbers.ONE, "number", (t, x) -> new Shift(t, x.number()));
    each("squeeze", Numbers.SOME, "[axes] of extent 1", (t, x) -> x.squeezed(t));
    each(
        "slice",
        Numbers.TWO,
        "[start, length] of axis 0",
        (t, x) -> new Slice(t, 0, x.longs().get(0), x.longs().get(1)));
    all(
        "minus",
        Numbers.NONE,
        "the first source less the others",
        (all, x, targets) -> List.of(minus(all)));
    all(
        "concat",
        Numbers.ONE_OR_NONE,
        "axis (0 without): several sources as one",
        (all, x, targets) -> concat(all, x.axis()));
    all(
        "split",
        Numbers.ONE_OR_NONE,
        "axis (0 without): one source for several targets, as long as each is there",
        (all, x, targets) -> x.split(all, targets));
    all(
        "stack",
        Numbers.NONE,
        "all sources of one target as its layers, in the order of $1",
        (all, x, targets) -> List.of(Rows.stack(all)));
    all(
        "unstack",
        Numbers.NONE,
        "the layers of one source for several targets, or one with $i, from 0 on",
        (all, x, targets) -> unstack(all));
    all(
        "pad",
        Numbers.ONE_OR_NONE,
        "value (0 without) in rows behind it, up to the target's",
        (all, x, targets) ->
            List.of(Rows.padded(only(all), targets.get(0), x.numbers.isEmpty() ? 0 : x.number())));
    all(
        "cut",
        Numbers.NONE,
        "the first rows, as many as the target has",
        (all, x, targets) -> List.of(Rows.cut(only(all), targets.get(0))));
  }

  public Transform {
    numbers = List.copyOf(numbers);
    if (!KINDS.containsKey(name)) {
      throw new BadRequest(
          "no transform is named \"" + name + "\"; there are " + String.join(", ", names()));
    }
    Numbers taken = KINDS.get(name).numbers();
    if (!taken.allows(numbers.size())) {
      throw new BadRequest(
          "no transform \"%s\" of %d numbers: it takes %s"
              .formatted(name, numbers.size(), taken.words()));
    }
    if (!FRACTIONS.contains(name) && numbers.stream().anyMatch(n -> n != Math.rint(n))) {
      throw new BadRequest("no transform \"" + name + "\" takes fractions: " + numbers);
    }
  }

  private static void each(String name, Numbers numbers, String usage, Single single) {
    all(
        name,
        numbers,
        usage,
        (all, transform, targets) -> all.stream().map(t -> single.apply(t, transform)).toList());
  }

  private static void all(String name, Numbers numbers, String usage, Step step) {
    KINDS.put(name, new Kind(numbers, usage, step));
  }

  /** Every transform, in alphabetical order. */
  public static List<String> names() {
    return List.copyOf(KINDS.keySet());
  }

  /** What each transform is given, and does, by its name. */
  public static Map<String, String> usages() {
    Map<String, String> usages = new TreeMap<>();
    KINDS.forEach((name, kind) -> usages.put(name, kind.usage()));
    return usages;
  }

  /**
   * The tensors after this step.
   *
   * @param targets the shapes that the last step has to reach
   * @throws IllegalArgumentException where the tensors are not what the step is for
   */
  public List<TensorExpr> apply(List<TensorExpr> tensors, List<Shape> targets) {
    Kind kind = KINDS.get(name);
    if (kind == null) {
      throw new AssertionError("no step for " + name);
    }
    try {
      List<TensorExpr> made = kind.step().apply(tensors, this, targets);
      made.forEach(TensorExpr::shape); // which fails where an axis is not there
      return made;
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("is not for " + shapes(tensors), e);
    }
  }

  private static String shapes(List<TensorExpr> tensors) {
    return String.join(", ", tensors.stream().map(t -> t.shape().toString()).toList());
  }

  private double number() {
    if (numbers.size() != 1) {
      throw new IllegalArgumentException("takes one number, not " + numbers.size());
    }
    return numbers.get(0);
  }

  private int axis() {
    return numbers.isEmpty() ? 0 : (int) number();
  }

  private List<Long> longs() {
    return numbers.stream().map(Double::longValue).toList();
  }

  private List<Integer> integers() {
    return numbers.stream().map(Double::intValue).toList();
  }

  private TensorExpr unflattened(TensorExpr tensor) {
    int last = numbers.size() - 1;
    if (last < 1 || tensor.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "takes [height, width, channels] and a matrix, not %s and %s"
              .formatted(longs(), tensor.shape()));
    }
    return Layouts.unflatten(tensor, longs().subList(0, last), longs().get(last));
  }

  private TensorExpr gates(TensorExpr tensor) {
    List<Integer> order = integers();
    boolean isEachOnce =
        order.stream().sorted().toList().equals(IntStream.range(0, order.size()).boxed().toList());
    if (!isEachOnce || tensor.shape().dim(0) % order.size() != 0) {
      throw new IllegalArgumentException(
          "takes each of as many blocks as divide the rows once, not %s of %s"
              .formatted(order, tensor.shape()));
    }
    return Layouts.blocks(tensor, 0, order);
  }

  private List<TensorExpr> split(List<TensorExpr> tensors, List<Shape> targets) {
    TensorExpr whole = only(tensors);
    int axis = axis();
    List<TensorExpr> parts = new ArrayList<>();
    long start = 0;
    for (Shape target : targets) {
      long length = target.dim(axis);
      if (start + length > whole.shape().dim(axis)) {
        break;
      }
      parts.add(new Slice(whole, axis, start, length));
      start += length;
    }
    if (parts.size() != targets.size() || start != whole.shape().dim(axis)) {
      throw new IllegalArgumentException(
          "axis %d of %s does not split into %s".formatted(axis, whole.shape(), targets));
    }
    return parts;
  }

  /** The first without all the others. */
  private static TensorExpr minus(List<TensorExpr> tensors) {
    List<TensorExpr> terms = new ArrayList<>(List.of(tensors.get(0)));
    tensors.stream().skip(1).forEach(t -> terms.add(new Scale(t, -1)));
    return new Sum(terms);
  }

  private TensorExpr squeezed(TensorExpr tensor) {
    List<Long> dims = new ArrayList<>();
    List<Integer> axes = integers();
    for (int axis = 0; axis < tensor.shape().rank(); axis++) {
      if (!axes.contains(axis)) {
        dims.add(tensor.shape().dim(axis));
      } else if (tensor.shape().dim(axis) != 1) {
        throw new IllegalArgumentException(
            "axis %d of %s is not 1".formatted(axis, tensor.shape()));
      }
    }
    return Layouts.reshape(tensor, dims);
  }

  private static List<TensorExpr> concat(List<TensorExpr> tensors, int axis) {
    return List.of(new Concat(tensors, axis));
  }

  private static List<TensorExpr> unstack(List<TensorExpr> tensors) {
    TensorExpr whole = only(tensors);
    List<Long> rest = whole.shape().dims().subList(1, whole.shape().rank());
    int layers = Math.toIntExact(whole.shape().dim(0));
    return IntStream.range(0, layers)
        .mapToObj(i -> Layouts.reshape(Layouts.rows(whole, i, 1), rest))
        .toList();
  }

  private static TensorExpr only(List<TensorExpr> tensors) {
    if (tensors.size() != 1) {
      throw new IllegalArgumentException("takes one tensor, not " + tensors.size());
    }
    return tensors.get(0);
  }

  @Override
  public String toString() {
    List<String> all =
        numbers.stream()
            .map(n -> n == Math.rint(n) ? String.valueOf(n.longValue()) : n.toString())
            .toList();
    return all.isEmpty() ? name : name + ": " + (all.size() == 1 ? all.get(0) : all);
  }
}

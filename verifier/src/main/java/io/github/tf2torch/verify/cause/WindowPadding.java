package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Windows that pad both sides alike, as PyTorch's own padding does, where TensorFlow's SAME has one
 * less before; and transposed ones that are cropped from another place.
 */
final class WindowPadding implements Pitfall {
  /** By operator: the place of padding. */
  private static final Map<String, Integer> PADDING =
      Map.of(
          "conv1d",
          4,
          "conv2d",
          4,
          "conv3d",
          4,
          "_convolution",
          4,
          "max_pool1d",
          3,
          "max_pool2d",
          3,
          "max_pool3d",
          3);

  private static final Map<String, Integer> TRANSPOSED =
      Map.of("conv_transpose1d", 4, "conv_transpose2d", 4, "conv_transpose3d", 4);

  private static final int OUTPUT_PADDING = 5;

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return Stream.concat(
        stretch.calls(PADDING.keySet()).flatMap(call -> symmetric(stretch, call)),
        stretch.calls(TRANSPOSED.keySet()).flatMap(call -> cropped(stretch, call)));
  }

  private static Stream<Candidate> symmetric(Stretch stretch, Expr.Aten call) {
    int at = PADDING.get(call.operator());
    List<Long> padding = Expressions.wholes(call, at);
    if (padding.stream().allMatch(p -> p == 0)) {
      return Stream.empty();
    }
    return AxisChoice.of(padding.size()).stream()
        .flatMap(
            axes ->
                Stream.of(true, false)
                    .map(isLater -> padded(stretch, call, padding, pads(padding, axes, isLater))));
  }

  /** As {@code F.pad} takes them, the last axis first: one less before, or behind. */
  private static List<Long> pads(List<Long> padding, Set<Integer> axes, boolean isLater) {
    List<Long> pads = new ArrayList<>();
    for (int i = padding.size() - 1; i >= 0; i--) {
      long p = padding.get(i);
      long less = axes.contains(i) ? Math.max(0, p - 1) : p;
      pads.addAll(isLater ? List.of(less, p) : List.of(p, less));
    }
    return pads;
  }

  private static Candidate padded(
      Stretch stretch, Expr.Aten call, List<Long> padding, List<Long> pads) {
    boolean isMax = call.operator().startsWith("max");
    float filling = isMax ? Float.NEGATIVE_INFINITY : 0;
    Expr padded =
        Expr.aten(
            "constant_pad_nd",
            call.arguments().get(0),
            Expr.ints(pads),
            new Expr.FloatLiteral(filling));
    Expr.Aten bare =
        Stretch.with(
            call, PADDING.get(call.operator()), Expr.ints(padding.stream().map(p -> 0L).toList()));
    return stretch.with(
        "symmetry",
        "TensorFlow's SAME pads both sides differently, here they are padded alike:"
            + " F.pad(x, "
            + pads
            + (isMax ? ", value=float(\"-inf\")" : "")
            + ") and padding=0",
        call,
        Stretch.with(bare, 0, padded));
  }

  /** The whole result, from one earlier or later on along some axes. */
  private static Stream<Candidate> cropped(Stretch stretch, Expr.Aten call) {
    List<Long> padding = Expressions.wholes(call, TRANSPOSED.get(call.operator()));
    if (padding.isEmpty() || Expressions.wholes(call, OUTPUT_PADDING).size() != padding.size()) {
      return Stream.empty();
    }
    List<Long> none = padding.stream().map(p -> 0L).toList();
    Expr.Aten whole = Stretch.with(Stretch.with(call, 4, Expr.ints(none)), 5, Expr.ints(none));
    List<Long> more = Expressions.wholes(call, OUTPUT_PADDING);
    return IntStream.of(1, -1)
        .mapToObj(
            shift -> {
              List<Long> crops = new ArrayList<>();
              for (int i = padding.size() - 1; i >= 0; i--) {
                long before = padding.get(i) + shift;
                long after = padding.get(i) - more.get(i) - shift;
                crops.addAll(List.of(-before, -after));
              }
              return stretch.with(
                  "crop",
                  "a transposed convolution is cut from another place: run it with padding=0 and"
                      + " F.pad(x, "
                      + crops
                      + ")",
                  call,
                  Expr.aten("constant_pad_nd", whole, Expr.ints(crops), new Expr.FloatLiteral(0)));
            });
  }
}

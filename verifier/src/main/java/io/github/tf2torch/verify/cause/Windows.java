package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A stride, a padding or a window of another size: what comes out mostly has other extents. */
final class Windows implements Pitfall {
  private static final String KIND = "window";
  private static final long MOST = 4;

  /** Of convolutions, by place. */
  private static final Map<String, Integer> CONVOLUTION = Map.of("stride", 3, "padding", 4);

  private static final Map<String, Integer> POOLING =
      Map.of("kernel_size", 1, "stride", 2, "padding", 3);

  /** Axes that a window moves along. */
  private static final Map<String, Integer> CONVOLUTIONS =
      Map.of("conv1d", 1, "conv2d", 2, "conv3d", 3, "_convolution", 2);

  private static final Map<String, Integer> POOLINGS =
      Map.of(
          "max_pool1d",
          1,
          "max_pool2d",
          2,
          "max_pool3d",
          3,
          "avg_pool1d",
          1,
          "avg_pool2d",
          2,
          "avg_pool3d",
          3);

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return Stream.concat(
        stretch
            .calls(CONVOLUTIONS.keySet())
            .flatMap(call -> of(stretch, call, CONVOLUTIONS.get(call.operator()), CONVOLUTION)),
        stretch
            .calls(POOLINGS.keySet())
            .flatMap(
                call ->
                    Stream.concat(
                        of(stretch, call, POOLINGS.get(call.operator()), POOLING),
                        wholly(stretch, call, POOLINGS.get(call.operator())))));
  }

  private static Stream<Candidate> of(
      Stretch stretch, Expr.Aten call, int axes, Map<String, Integer> places) {
    return places.entrySet().stream()
        .filter(place -> place.getValue() < call.arguments().size())
        .flatMap(
            place ->
                LongStream.rangeClosed(place.getKey().equals("padding") ? 0 : 1, MOST)
                    .mapToObj(n -> Collections.nCopies(axes, n))
                    .filter(n -> !n.equals(Expressions.wholes(call, place.getValue())))
                    .map(n -> other(stretch, call, place.getKey(), place.getValue(), n)));
  }

  private static Candidate other(
      Stretch stretch, Expr.Aten call, String name, int at, List<Long> right) {
    List<Long> here = Expressions.wholes(call, at);
    return stretch.with(
        KIND,
        "%s %d of %s in TensorFlow, %s here: set %s=%d"
            .formatted(
                name,
                right.get(0),
                call.operator().replace("_convolution", "convolution"),
                here.isEmpty() ? "PyTorch's default" : here,
                name,
                right.get(0)),
        call,
        Stretch.with(call, at, Expr.ints(right)));
  }

  /** Windows that follow each other, as both frameworks have pooling by default. */
  private static Stream<Candidate> wholly(Stretch stretch, Expr.Aten call, int axes) {
    return LongStream.rangeClosed(2, MOST)
        .mapToObj(n -> Collections.nCopies(axes, n))
        .filter(n -> !n.equals(Expressions.wholes(call, 1)) && call.arguments().size() > 2)
        .map(
            n -> {
              List<Expr> arguments = new ArrayList<>(call.arguments());
              arguments.set(1, Expr.ints(n));
              arguments.set(2, Expr.ints(n));
              return stretch.with(
                  KIND,
                  "pool_size %d in TensorFlow, %s here: set kernel_size=%d"
                      .formatted(n.get(0), Expressions.wholes(call, 1), n.get(0)),
                  call,
                  new Expr.Aten(call.operator(), arguments));
            });
  }
}

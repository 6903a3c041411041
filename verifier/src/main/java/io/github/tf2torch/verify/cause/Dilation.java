package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A convolution with another dilation, padded so that nobody sees it by its extents. */
final class Dilation implements Pitfall {
  private static final Set<String> OPERATORS = Set.of("conv1d", "conv2d", "conv3d", "_convolution");

  /** By place: stride is 3. */
  private static final int PADDING = 4;

  private static final int DILATION = 5;

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch.calls(OPERATORS).flatMap(call -> of(stretch, call));
  }

  private static Stream<Candidate> of(Stretch stretch, Expr.Aten call) {
    List<Long> padding = Expressions.wholes(call, PADDING);
    List<Long> dilation = Expressions.wholes(call, DILATION);
    List<Long> kernel = kernel(stretch, call);
    boolean isKnown =
        !kernel.isEmpty() && padding.size() == kernel.size() && dilation.size() == kernel.size();
    return isKnown
        ? LongStream.rangeClosed(1, 4)
            .filter(other -> dilation.stream().anyMatch(d -> d != other))
            .mapToObj(other -> other(stretch, call, kernel, other))
        : Stream.empty();
  }

  private static Candidate other(
      Stretch stretch, Expr.Aten call, List<Long> kernel, long dilation) {
    List<Long> padding = Expressions.wholes(call, PADDING);
    List<Long> here = Expressions.wholes(call, DILATION);
    List<Long> padded = new ArrayList<>();
    for (int i = 0; i < kernel.size(); i++) {
      padded.add(padding.get(i) + (dilation - here.get(i)) * (kernel.get(i) - 1) / 2);
    }
    Expr.Aten right = Stretch.with(call, PADDING, Expr.ints(padded));
    return stretch.with(
        "dilation",
        "dilation "
            + dilation
            + " in TensorFlow, "
            + here
            + " here: set dilation="
            + dilation
            + " and padding="
            + padded,
        call,
        Stretch.with(right, DILATION, Expr.ints(kernel.stream().map(k -> dilation).toList())));
  }

  private static List<Long> kernel(Stretch stretch, Expr.Aten call) {
    if (call.arguments().size() <= DILATION
        || !(call.arguments().get(1) instanceof Expr.Attribute weight)) {
      return List.of();
    }
    return stretch.tensors().stream()
        .filter(t -> t.name().equals(weight.path()) || t.name().endsWith("." + weight.path()))
        .map(TorchModel.Tensor::recipe)
        .map(r -> r.shape())
        .findFirst()
        .map(Dilation::spatial)
        .orElse(List.of());
  }

  private static List<Long> spatial(Shape weight) {
    return weight.dims().subList(2, weight.rank());
  }
}

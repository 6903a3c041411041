package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Weights whose elements are in another order, with a shape that says nothing of it. */
final class Layouts implements Pitfall {
  private static final long COLOURS = 3;

  /** Of a GRU, and of an LSTM. */
  private static final Set<Long> GATES = Set.of(3L, 4L);

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch.tensors().stream()
        .flatMap(
            t ->
                Stream.of(
                        transposed(stretch, t),
                        mirrored(stretch, t),
                        reshaped(stretch, t),
                        flattened(stretch, t),
                        depthwise(stretch, t),
                        colours(stretch, t))
                    .flatMap(s -> s));
  }

  /** Only a square pair of axes can be exchanged without a word from PyTorch. */
  private static Stream<Candidate> transposed(Stretch stretch, TorchModel.Tensor tensor) {
    Shape shape = tensor.recipe().shape();
    List<Candidate> all = new ArrayList<>();
    for (int a = 0; a < shape.rank(); a++) {
      for (int b = a + 1; b < shape.rank(); b++) {
        if (shape.dim(a) > 1 && shape.dim(a) == shape.dim(b)) {
          List<Integer> axes = exchanged(shape.rank(), a, b);
          all.add(
              stretch.remade(
                  "transpose",
                  tensor.name() + " is transposed: it wants a permute by " + axes,
                  tensor.name(),
                  r -> new TensorExpr.Permute(r, axes)));
        }
      }
    }
    if (shape.rank() == 2 && shape.dim(1) > 1 && GATES.contains(shape.dim(0) / shape.dim(1))) {
      blocks(shape)
          .ifPresent(
              count ->
                  all.add(
                      stretch.remade(
                          "transpose",
                          tensor.name() + " has each gate's block transposed",
                          tensor.name(),
                          r -> transposedBlocks(r, count))));
    }
    return all.stream();
  }

  /** How many square blocks lie on each other, as a recurrent layer's gates do. */
  private static Optional<Long> blocks(Shape shape) {
    return shape.dim(0) % shape.dim(1) == 0
        ? Optional.of(shape.dim(0) / shape.dim(1))
        : Optional.empty();
  }

  private static TensorExpr transposedBlocks(TensorExpr recipe, long count) {
    long size = recipe.shape().dim(1);
    return new TensorExpr.Concat(
        LongStream.range(0, count)
            .mapToObj(
                block ->
                    (TensorExpr)
                        new TensorExpr.Permute(
                            new TensorExpr.Slice(recipe, 0, block * size, size), List.of(1, 0)))
            .toList(),
        0);
  }

  private static List<Integer> exchanged(int rank, int a, int b) {
    return IntStream.range(0, rank).map(i -> i == a ? b : i == b ? a : i).boxed().toList();
  }

  /** True convolution, as Theano has it and a transposed one is thought to be, turns the window. */
  private static Stream<Candidate> mirrored(Stretch stretch, TorchModel.Tensor tensor) {
    Shape shape = tensor.recipe().shape();
    boolean isWindow =
        shape.rank() > 2 && shape.dims().subList(2, shape.rank()).stream().anyMatch(d -> d > 1);
    return isWindow
        ? Stream.of(
            stretch.remade(
                "mirror",
                tensor.name()
                    + " is turned by 180 degrees: flip it along "
                    + IntStream.range(2, shape.rank()).boxed().toList(),
                tensor.name(),
                Layouts::mirrored))
        : Stream.empty();
  }

  private static TensorExpr mirrored(TensorExpr recipe) {
    TensorExpr mirrored = recipe;
    for (int axis = 2; axis < recipe.shape().rank(); axis++) {
      TensorExpr before = mirrored;
      int along = axis;
      List<TensorExpr> slices =
          LongStream.range(0, recipe.shape().dim(axis))
              .map(i -> recipe.shape().dim(along) - 1 - i)
              .mapToObj(i -> (TensorExpr) new TensorExpr.Slice(before, along, i, 1))
              .toList();
      mirrored = new TensorExpr.Concat(slices, axis);
    }
    return mirrored;
  }

  /** TensorFlow's order given PyTorch's shape, by a reshape where a permute was wanted. */
  private static Stream<Candidate> reshaped(Stretch stretch, TorchModel.Tensor tensor) {
    Shape shape = tensor.recipe().shape();
    if (shape.rank() < 2 || shape.dims().stream().filter(d -> d > 1).count() < 2) {
      return Stream.empty();
    }
    if (shape.dim(0) == shape.dim(1) && shape.count() == shape.dim(0) * shape.dim(1)) {
      return Stream.empty(); // the same as a transposition
    }
    // the last two axes of TensorFlow's, input and output channels, are the first two of PyTorch's
    List<Integer> toTorch = new ArrayList<>(List.of(shape.rank() - 1, shape.rank() - 2));
    IntStream.range(0, shape.rank() - 2).forEach(toTorch::add);
    List<Integer> toTensorflow = new ArrayList<>(IntStream.range(2, shape.rank()).boxed().toList());
    toTensorflow.addAll(List.of(1, 0));
    Shape asStored = new TensorExpr.Permute(tensor.recipe(), toTensorflow).shape();
    String cause =
        tensor.name()
            + " was reshaped from "
            + asStored
            + " where TensorFlow's wants a permute by ";
    return Stream.of(
        stretch.remade(
            "reshape",
            cause + toTorch,
            tensor.name(),
            r -> new TensorExpr.Permute(new TensorExpr.Reshape(r, asStored), toTorch)),
        stretch.remade(
            "reshape",
            tensor.name() + " was permuted where TensorFlow's wants a reshape to " + shape,
            tensor.name(),
            r -> new TensorExpr.Reshape(new TensorExpr.Permute(r, toTensorflow), shape)));
  }

  /** Columns of a Linear behind a flattened image: by rows and channels, or the other way round. */
  private static Stream<Candidate> flattened(Stretch stretch, TorchModel.Tensor tensor) {
    Shape shape = tensor.recipe().shape();
    if (shape.rank() != 2) {
      return Stream.empty();
    }
    long rows = shape.dim(0);
    long columns = shape.dim(1);
    return divisors(columns)
        .mapToObj(
            channels ->
                stretch.remade(
                    "flatten",
                    tensor.name()
                        + " reads a flattened image in another order of axes: take its columns as ("
                        + columns / channels
                        + " places, "
                        + channels
                        + " channels) and permute them",
                    tensor.name(),
                    r ->
                        new TensorExpr.Reshape(
                            new TensorExpr.Permute(
                                new TensorExpr.Reshape(
                                    r, Shape.of(rows, columns / channels, channels)),
                                List.of(0, 2, 1)),
                            shape)));
  }

  /** TensorFlow's (kH, kW, C, M) has channel outermost in PyTorch's (C * M, 1, kH, kW). */
  private static Stream<Candidate> depthwise(Stretch stretch, TorchModel.Tensor tensor) {
    Shape shape = tensor.recipe().shape();
    if (shape.rank() < 3 || shape.dim(1) != 1) {
      return Stream.empty();
    }
    List<Long> rest = shape.dims().subList(1, shape.rank());
    List<Integer> axes = new ArrayList<>(List.of(1, 0));
    IntStream.range(2, shape.rank() + 1).forEach(axes::add);
    return divisors(shape.dim(0))
        .mapToObj(
            inner -> {
              List<Long> split = new ArrayList<>(List.of(shape.dim(0) / inner, inner));
              split.addAll(rest);
              return stretch.remade(
                  "depthwise",
                  tensor.name()
                      + " has the channels and multipliers of a depthwise kernel in another order:"
                      + " reshape to "
                      + split
                      + " and exchange the first two axes",
                  tensor.name(),
                  r ->
                      new TensorExpr.Reshape(
                          new TensorExpr.Permute(new TensorExpr.Reshape(r, new Shape(split)), axes),
                          shape));
            });
  }

  private static Stream<Candidate> colours(Stretch stretch, TorchModel.Tensor tensor) {
    Shape shape = tensor.recipe().shape();
    if (shape.rank() != 4 || shape.dim(1) != COLOURS) {
      return Stream.empty();
    }
    return Stream.of(
        stretch.remade(
            "colours",
            "colours in the other order, BGR instead of RGB: turn the input's channels, or axis 1"
                + " of "
                + tensor.name(),
            tensor.name(),
            r ->
                new TensorExpr.Concat(
                    LongStream.of(2, 1, 0)
                        .mapToObj(c -> (TensorExpr) new TensorExpr.Slice(r, 1, c, 1))
                        .toList(),
                    1)));
  }

  /** All but one and the number itself. */
  private static LongStream divisors(long number) {
    return LongStream.rangeClosed(2, Math.min(number / 2, 4096)).filter(d -> number % d == 0);
  }
}

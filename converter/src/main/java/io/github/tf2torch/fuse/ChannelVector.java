package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A weight of one axis, as it is broadcast along one axis of another tensor.
 *
 * @param channels its extent
 * @param rank the axes that it is written with, those of one included
 * @param axis the one that it lies along, counted from the end: -1 is the last. A weight of one
 *     element lies along any; -1 stands for that
 */
record ChannelVector(Endpoint weight, long channels, int rank, int axis) {

  /** Empty if the elements of a tensor of shape {@code dims} lie along no axis, or several. */
  static Optional<ChannelVector> of(Endpoint weight, List<Long> dims) {
    List<Integer> extended =
        IntStream.range(0, dims.size()).filter(i -> dims.get(i) != 1).boxed().toList();
    if (dims.isEmpty() || extended.size() > 1) {
      return Optional.empty();
    }
    int at = extended.isEmpty() ? dims.size() - 1 : extended.get(0);
    return Optional.of(new ChannelVector(weight, dims.get(at), dims.size(), at - dims.size()));
  }

  /** Whether it lies along that axis, counted from the end. */
  boolean isAlong(int other) {
    return axis == other || channels == 1;
  }
}

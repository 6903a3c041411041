package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import java.util.List;
import java.util.Optional;

/**
 * A weight of one element a channel, in a shape that broadcasts along the channels.
 *
 * @param weight the variable or constant, rank 1
 * @param isChannelsFirst false where the channels are the last axis
 */
record ChannelVector(Endpoint weight, long channels, boolean isChannelsFirst) {

  /** Empty if elements of {@code dims} lie along another axis than a channel axis, or several. */
  static Optional<ChannelVector> of(Endpoint weight, long channels, List<Long> dims) {
    int rank = dims.size();
    if (rank == 0) {
      return Optional.empty();
    }
    boolean allOthersAreOne = dims.stream().filter(d -> d != 1).count() == (channels == 1 ? 0 : 1);
    if (!allOthersAreOne) {
      return Optional.empty();
    }
    if (dims.get(rank - 1) == channels) {
      return Optional.of(new ChannelVector(weight, channels, false));
    }
    // [1, C, 1, 1]; [C, 1, 1] broadcasts the same way against rank 4
    int fromEnd = rank - dims.indexOf(channels);
    boolean isFirst = rank > 2 && (dims.indexOf(channels) == 1 || fromEnd == 3);
    return isFirst ? Optional.of(new ChannelVector(weight, channels, true)) : Optional.empty();
  }

  String dataFormat() {
    return isChannelsFirst ? "NCHW" : "NHWC";
  }
}

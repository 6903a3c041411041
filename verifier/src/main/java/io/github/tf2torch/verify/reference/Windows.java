package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What convolutions and poolings share: layout, padding, dilation. */
final class Windows {
  private Windows() {}

  /** TensorFlow's kernels for the CPU take channels last; so others go there and back. */
  static SymbolicTensor channelsLast(
      LayerCall call, SymbolicTensor x, UnaryOperator<SymbolicTensor> inner) {
    return isChannelsFirst(call)
        ? toFirst(call.ops(), inner.apply(toLast(call.ops(), x)))
        : inner.apply(x);
  }

  static boolean isChannelsFirst(LayerCall call) {
    String format = call.settings().text("", "data_format", "dim_ordering");
    return format.equals("channels_first") || format.equals("th");
  }

  static SymbolicTensor toLast(Ops ops, SymbolicTensor x) {
    List<Integer> axes = new ArrayList<>(List.of(0));
    for (int i = 2; i < x.rank(); i++) {
      axes.add(i);
    }
    axes.add(1);
    return ops.transpose(x, axes);
  }

  static SymbolicTensor toFirst(Ops ops, SymbolicTensor x) {
    List<Integer> axes = new ArrayList<>(List.of(0, x.rank() - 1));
    for (int i = 1; i < x.rank() - 1; i++) {
      axes.add(i);
    }
    return ops.transpose(x, axes);
  }

  static String padding(LayerCall call) {
    return call.settings().text("valid", "padding", "border_mode").toLowerCase(Locale.ROOT);
  }

  /**
   * What SAME adds before and after each spatial axis, {@code
   * tensorflow/core/framework/kernel_shape_util.cc}.
   */
  static List<long[]> same(SymbolicTensor x, List<Long> sizes, List<Long> strides) {
    List<long[]> all = new ArrayList<>();
    all.add(new long[] {0, 0});
    for (int i = 0; i < sizes.size(); i++) {
      long extent = x.extent(i + 1);
      long count = (extent + strides.get(i) - 1) / strides.get(i);
      long total = Math.max(0, (count - 1) * strides.get(i) + sizes.get(i) - extent);
      all.add(new long[] {total / 2, total - total / 2});
    }
    all.add(new long[] {0, 0});
    return all;
  }

  /**
   * What Theano's {@code half} makes of a map: half the kernel on both sides, of which Keras keeps
   * as many windows as TensorFlow has.
   */
  static SymbolicTensor half(Ops ops, SymbolicTensor x, List<Long> extents, List<Long> strides) {
    List<long[]> pads = new ArrayList<>();
    pads.add(new long[] {0, 0});
    extents.forEach(e -> pads.add(new long[] {e / 2, e / 2}));
    pads.add(new long[] {0, 0});
    SymbolicTensor padded = ops.pad(x, pads);
    for (int i = 0; i < extents.size(); i++) {
      long count = (x.extent(i + 1) + strides.get(i) - 1) / strides.get(i);
      long taken = (count - 1) * strides.get(i) + extents.get(i);
      padded = ops.slice(padded, i + 1, 0, Math.min(taken, padded.extent(i + 1)));
    }
    return padded;
  }

  static void refuseTheano(LayerCall call) {
    if (call.building().version().isOfTheano()) {
      throw call.missing("on Theano");
    }
  }

  /** The extent of a dilated kernel. */
  static List<Long> dilated(List<Long> sizes, List<Long> dilations) {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      all.add((sizes.get(i) - 1) * dilations.get(i) + 1);
    }
    return all;
  }

  static boolean isOne(List<Long> values) {
    return values.stream().allMatch(v -> v == 1);
  }
}

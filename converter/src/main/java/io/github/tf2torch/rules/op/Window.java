package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The window that a convolution or pooling slides over the spatial axes.
 *
 * @param spatial TensorFlow's axes that it slides along: 1 and 2 in NHWC
 * @param padding SAME, VALID or EXPLICIT
 * @param explicit before and after each spatial axis, where padding is EXPLICIT
 */
record Window(
    List<Integer> spatial,
    int channelAxis,
    List<Long> kernel,
    List<Long> strides,
    List<Long> dilations,
    String padding,
    List<Long> explicit) {

  /** The window of an op; {@code kernel} in the order of the spatial axes. */
  static Window of(Node node, List<Long> kernel, OpContext context) {
    String format = node.hasAttr("data_format") ? node.textAttr("data_format") : "NHWC";
    int rank = format.length();
    int channelAxis = format.indexOf('C');
    if (!format.matches("N(W|HW|DHW)C|NC(W|HW|DHW)")) {
      throw context.unsupported("data_format " + format);
    }
    int first = channelAxis == 1 ? 2 : 1;
    List<Integer> spatial = IntStream.range(first, first + rank - 2).boxed().toList();
    List<Long> strides = node.intsAttr("strides");
    List<Long> dilations =
        node.hasAttr("dilations") ? node.intsAttr("dilations") : Collections.nCopies(rank, 1L);
    if (strides.get(0) != 1 || strides.get(channelAxis) != 1) {
      throw context.unsupported("strides " + strides + " along batch or channels");
    }
    if (dilations.get(0) != 1 || dilations.get(channelAxis) != 1) {
      throw context.unsupported("dilations " + dilations + " along batch or channels");
    }
    String padding = node.textAttr("padding");
    List<Long> explicit = new ArrayList<>();
    if (padding.equals("EXPLICIT")) {
      List<Long> all = node.intsAttr("explicit_paddings");
      spatial.forEach(axis -> explicit.addAll(all.subList(2 * axis, 2 * axis + 2)));
    }
    return new Window(
        spatial,
        channelAxis,
        kernel,
        spatial.stream().map(strides::get).toList(),
        spatial.stream().map(dilations::get).toList(),
        padding,
        explicit);
  }

  /** The order in which PyTorch takes the input. */
  AxisOrder order() {
    int rank = spatial.size() + 2;
    return channelAxis == 1 ? AxisOrder.identity(rank) : AxisOrder.channelsFirst(rank);
  }

  boolean isSame() {
    return padding.equals("SAME");
  }

  /** The extent that one step of the window covers along a spatial axis. */
  long reach(int i) {
    return (kernel.get(i) - 1) * dilations.get(i) + 1;
  }

  /**
   * The padding before and after each spatial axis; -1 where it depends on an extent that is not
   * known. TensorFlow puts the odd one after (tensorflow/core/framework/kernel_shape_util.cc).
   */
  List<Long> pads(Dims input) {
    if (!isSame()) {
      return padding.equals("EXPLICIT") ? explicit : Collections.nCopies(2 * spatial.size(), 0L);
    }
    List<Long> pads = new ArrayList<>();
    for (int i = 0; i < spatial.size(); i++) {
      long extent = input.extent(spatial.get(i));
      long stride = strides.get(i);
      long total = -1;
      if (extent >= 0) {
        long out = ceilDiv(extent, stride);
        total = Math.max((out - 1) * stride + reach(i) - extent, 0);
      } else if (stride == 1) {
        total = reach(i) - 1;
      } else if (reach(i) == 1) {
        total = 0;
      }
      pads.add(total < 0 ? -1 : total / 2);
      pads.add(total < 0 ? -1 : total - total / 2);
    }
    return pads;
  }

  /** What the op answers, {@code channels} of them, held as PyTorch holds it. */
  TensorType output(TensorType input, long channels) {
    List<Long> extents = new ArrayList<>(input.dims().extents());
    List<Long> pads = pads(input.dims());
    for (int i = 0; i < spatial.size(); i++) {
      long extent = input.dims().extent(spatial.get(i));
      long stride = strides.get(i);
      if (extent >= 0) {
        long out =
            isSame()
                ? ceilDiv(extent, stride)
                : Math.floorDiv(extent + pads.get(2 * i) + pads.get(2 * i + 1) - reach(i), stride)
                    + 1;
        extents.set(spatial.get(i), out);
      }
    }
    extents.set(channelAxis, channels);
    return new TensorType(input.dtype(), new Dims(extents), order());
  }

  /** The padding before each spatial axis. */
  static List<Long> before(List<Long> pads) {
    return IntStream.range(0, pads.size() / 2).mapToObj(i -> pads.get(2 * i)).toList();
  }

  /** Whether as much is padded after as before, along every axis. */
  static boolean isSymmetric(List<Long> pads) {
    return IntStream.range(0, pads.size() / 2)
        .allMatch(i -> pads.get(2 * i).equals(pads.get(2 * i + 1)));
  }

  private static long ceilDiv(long a, long b) {
    return -Math.floorDiv(-a, b);
  }
}

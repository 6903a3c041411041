package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code keras/src/layers/convolutional}, transposed ones apart. */
final class Convolutions {
  static final Map<String, LayerReference> TABLE = table();

  private Convolutions() {}

  /** A convolution without padding or dilation. */
  private interface Plain {
    SymbolicTensor of(SymbolicTensor x, List<Long> strides);
  }

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    for (String name : List.of("Conv1D", "Convolution1D", "AtrousConvolution1D")) {
      all.put(name, LayerReference.of(call -> convolution(call, 1)));
    }
    for (String name : List.of("Conv2D", "Convolution2D", "AtrousConvolution2D")) {
      all.put(name, LayerReference.of(call -> convolution(call, 2)));
    }
    for (String name : List.of("Conv3D", "Convolution3D")) {
      all.put(name, LayerReference.of(call -> convolution(call, 3)));
    }
    all.put("DepthwiseConv1D", LayerReference.of(call -> depthwise(call, 1, false)));
    all.put("DepthwiseConv2D", LayerReference.of(call -> depthwise(call, 2, false)));
    for (String name : List.of("SeparableConv1D", "SeparableConvolution1D")) {
      all.put(name, LayerReference.of(call -> depthwise(call, 1, true)));
    }
    for (String name : List.of("SeparableConv2D", "SeparableConvolution2D")) {
      all.put(name, LayerReference.of(call -> depthwise(call, 2, true)));
    }
    return all;
  }

  private static SymbolicTensor convolution(LayerCall call, int spatial) {
    if (call.layer().className().startsWith("Atrous")) {
      FormerLayers.requireKeras1(call);
    }
    SymbolicTensor y =
        Windows.channelsLast(
            call, call.input(), x -> grouped(call, x, turned(call, spatial), spatial));
    return finished(call, y, 1);
  }

  /** Theano's convolution ({@code filter_flip}) has the kernel backwards along each axis. */
  private static SymbolicTensor turned(LayerCall call, int spatial) {
    SymbolicTensor kernel = kernel(call, spatial);
    if (!call.building().version().isOfTheano()) {
      return kernel;
    }
    for (int axis = 0; axis < spatial; axis++) {
      kernel = call.ops().reverse(kernel, axis);
    }
    return kernel;
  }

  /**
   * Keras 1 keeps the kernel of a Conv1D with an axis of one, and others with channels first as
   * outputs, inputs, spatial axes.
   */
  private static SymbolicTensor kernel(LayerCall call, int spatial) {
    SymbolicTensor kernel = call.weight(0);
    if (kernel.rank() == spatial + 3 && kernel.extent(1) == 1) {
      return call.ops().squeeze(kernel, 1);
    }
    boolean isOutputsFirst =
        call.building().version().major() == 1 && spatial > 1 && Windows.isChannelsFirst(call);
    if (!isOutputsFirst) {
      return kernel;
    }
    List<Integer> axes = new ArrayList<>();
    for (int axis = 2; axis < kernel.rank(); axis++) {
      axes.add(axis);
    }
    axes.addAll(List.of(1, 0));
    return call.ops().transpose(kernel, axes);
  }

  static SymbolicTensor grouped(
      LayerCall call, SymbolicTensor x, SymbolicTensor kernel, int spatial) {
    Ops ops = call.ops();
    int groups = (int) call.settings().whole(1, "groups");
    List<SymbolicTensor> xs = ops.split(x, groups, x.rank() - 1);
    List<SymbolicTensor> kernels = ops.split(kernel, groups, kernel.rank() - 1);
    List<SymbolicTensor> parts = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      SymbolicTensor part = kernels.get(i);
      parts.add(
          windowed(
              call, xs.get(i), extents(part, spatial), (v, s) -> plain(ops, v, part, s, spatial)));
    }
    return ops.concat(parts, x.rank() - 1);
  }

  private static List<Long> extents(SymbolicTensor kernel, int spatial) {
    return kernel.shape().dims().subList(0, spatial);
  }

  static SymbolicTensor plain(
      Ops ops, SymbolicTensor x, SymbolicTensor kernel, List<Long> strides, int spatial) {
    if (spatial == 1) {
      SymbolicTensor y =
          plain(ops, ops.expand(x, 1), ops.expand(kernel, 0), List.of(1L, strides.get(0)), 2);
      return ops.squeeze(y, 1);
    }
    return ops.one(
        spatial == 2 ? "Conv2D" : "Conv3D",
        Map.of("strides", whole(strides), "padding", new Attr.Text("VALID")),
        x,
        kernel);
  }

  /** Of a batch and channels too. */
  static Attr whole(List<Long> spatial) {
    List<Attr> all = new ArrayList<>(List.of(new Attr.Int(1)));
    spatial.forEach(s -> all.add(new Attr.Int(s)));
    all.add(new Attr.Int(1));
    return new Attr.ListOf(all);
  }

  /** With the layer's padding, strides and dilation. */
  private static SymbolicTensor windowed(
      LayerCall call, SymbolicTensor x, List<Long> sizes, Plain plain) {
    Ops ops = call.ops();
    int spatial = sizes.size();
    List<Long> strides =
        call.settings().wholes(spatial, 1, "strides", "subsample", "subsample_length");
    List<Long> dilations = call.settings().wholes(spatial, 1, "dilation_rate", "atrous_rate");
    List<Long> extents = Windows.dilated(sizes, dilations);
    SymbolicTensor padded =
        switch (Windows.padding(call)) {
          case "valid" -> x;
          case "same" ->
              call.building().version().isOfTheano()
                  ? Windows.half(ops, x, extents, strides)
                  : ops.pad(x, Windows.same(x, extents, strides));
          case "causal" ->
              ops.pad(x, List.of(zeros(), new long[] {extents.get(0) - 1, 0}, zeros()));
          default -> throw call.missing("with padding " + Windows.padding(call));
        };
    if (Windows.isOne(dilations)) {
      return plain.of(padded, strides);
    }
    SymbolicTensor y = dilated(ops, padded, dilations, plain);
    for (int i = 0; i < spatial; i++) {
      y = ops.every(y, i + 1, strides.get(i));
    }
    return y;
  }

  private static long[] zeros() {
    return new long[] {0, 0};
  }

  /**
   * Every {@code dilation}-th element becomes a batch of its own, as {@code tf.nn.convolution} does
   * it: the kernels for dilation have no gradient on the CPU.
   */
  private static SymbolicTensor dilated(
      Ops ops, SymbolicTensor x, List<Long> dilations, Plain plain) {
    List<long[]> fill = new ArrayList<>();
    List<long[]> crop = new ArrayList<>();
    for (int i = 0; i < dilations.size(); i++) {
      long rest = Math.floorMod(-x.extent(i + 1), dilations.get(i));
      fill.add(new long[] {0, rest});
      crop.add(new long[] {0, rest});
    }
    SymbolicTensor batches = ops.one("SpaceToBatchND", x, ops.ints(dilations), ops.pairs(fill));
    SymbolicTensor y = plain.of(batches, java.util.Collections.nCopies(dilations.size(), 1L));
    return ops.one("BatchToSpaceND", y, ops.ints(dilations), ops.pairs(crop));
  }

  private static SymbolicTensor depthwise(LayerCall call, int spatial, boolean isSeparable) {
    Windows.refuseTheano(call);
    Optional<SymbolicTensor> pointwise =
        isSeparable ? Optional.of(call.weight(1)) : Optional.empty();
    SymbolicTensor y =
        Windows.channelsLast(
            call, call.input(), x -> ofEach(call, x, kernel(call, spatial), pointwise, spatial));
    return finished(call, y, isSeparable ? 2 : 1);
  }

  /** Of each channel by itself; a kernel of 1 x 1 then joins them where there is one. */
  static SymbolicTensor ofEach(
      LayerCall call,
      SymbolicTensor x,
      SymbolicTensor kernel,
      Optional<SymbolicTensor> pointwise,
      int spatial) {
    SymbolicTensor each =
        windowed(
            call,
            x,
            extents(kernel, spatial),
            (v, s) -> depthwise(call.ops(), v, kernel, s, spatial));
    return pointwise.map(p -> pointwise(call, each, p, spatial)).orElse(each);
  }

  private static SymbolicTensor pointwise(
      LayerCall call, SymbolicTensor x, SymbolicTensor kernel, int spatial) {
    SymbolicTensor own = kernel.rank() == spatial + 3 ? call.ops().squeeze(kernel, 0) : kernel;
    return plain(call.ops(), x, own, java.util.Collections.nCopies(spatial, 1L), spatial);
  }

  /** TensorFlow's kernel has one stride for both axes. */
  private static SymbolicTensor depthwise(
      Ops ops, SymbolicTensor x, SymbolicTensor kernel, List<Long> strides, int spatial) {
    if (spatial == 1) {
      SymbolicTensor y =
          depthwise(ops, ops.expand(x, 1), ops.expand(kernel, 0), List.of(1L, 1L), 2);
      return ops.every(ops.squeeze(y, 1), 1, strides.get(0));
    }
    boolean isEven = strides.get(0).equals(strides.get(1));
    SymbolicTensor y =
        ops.one(
            "DepthwiseConv2dNative",
            Map.of(
                "strides",
                whole(isEven ? strides : List.of(1L, 1L)),
                "padding",
                new Attr.Text("VALID")),
            x,
            kernel);
    return isEven ? y : ops.every(ops.every(y, 1, strides.get(0)), 2, strides.get(1));
  }

  /** With bias and activation. */
  static SymbolicTensor finished(LayerCall call, SymbolicTensor y, int bias) {
    Ops ops = call.ops();
    SymbolicTensor biased = y;
    if (CoreLayers.usesBias(call)) {
      int axis = Windows.isChannelsFirst(call) ? 1 : -1;
      biased = ops.add(y, ops.along(call.weight(bias), axis, y.rank()));
    }
    return Activations.of(call, biased, "linear", "activation");
  }
}

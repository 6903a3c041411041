package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code base_conv_transpose.py}: the gradient of a convolution for its input. */
final class TransposedConvolutions {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "Conv1DTranspose", LayerReference.of(call -> transposed(call, 1)),
          "Conv2DTranspose", LayerReference.of(call -> transposed(call, 2)),
          "Deconvolution2D", LayerReference.of(TransposedConvolutions::ofKeras1),
          "Conv3DTranspose", LayerReference.of(call -> transposed(call, 3)));

  private TransposedConvolutions() {}

  private static SymbolicTensor transposed(LayerCall call, int spatial) {
    Windows.refuseTheano(call);
    if (!Windows.isOne(call.settings().wholes(spatial, 1, "dilation_rate"))) {
      throw call.missing("with dilation");
    }
    SymbolicTensor y = Windows.channelsLast(call, call.input(), x -> transposed(call, x, spatial));
    return Convolutions.finished(call, y, 1);
  }

  private static SymbolicTensor transposed(LayerCall call, SymbolicTensor x, int spatial) {
    Ops ops = call.ops();
    SymbolicTensor kernel = call.weight(0);
    List<Long> strides = call.settings().wholes(spatial, 1, "strides", "subsample");
    List<Long> shape = shape(call, x, kernel, strides, spatial);
    Attr padding = new Attr.Text(Windows.padding(call).toUpperCase(Locale.ROOT));
    if (spatial == 1) {
      shape.add(1, 1L);
      SymbolicTensor y =
          ops.one(
              "Conv2DBackpropInput",
              Map.of(
                  "strides", Convolutions.whole(List.of(1L, strides.get(0))), "padding", padding),
              ops.ints(shape),
              ops.expand(kernel, 0),
              ops.expand(x, 1));
      return ops.squeeze(y, 1);
    }
    return ops.one(
        spatial == 2 ? "Conv2DBackpropInput" : "Conv3DBackpropInputV2",
        Map.of("strides", Convolutions.whole(strides), "padding", padding),
        ops.ints(shape),
        kernel,
        x);
  }

  /**
   * {@code K.deconv2d} of Keras 1.2.2: of the shape that is said, by a kernel of rows, columns,
   * inputs, outputs; with channels first of outputs, inputs, rows, columns.
   */
  private static SymbolicTensor ofKeras1(LayerCall call) {
    FormerLayers.requireKeras1(call);
    Windows.refuseTheano(call);
    Ops ops = call.ops();
    boolean isFirst = Windows.isChannelsFirst(call);
    SymbolicTensor kernel =
        isFirst
            ? ops.transpose(call.weight(0), 2, 3, 0, 1)
            : ops.transpose(call.weight(0), 0, 1, 3, 2);
    List<Config> said =
        call.settings()
            .get("output_shape")
            .map(Settings::itemsOf)
            .orElseThrow(() -> call.missing("without output_shape"));
    int rows = isFirst ? 2 : 1;
    List<Long> strides = call.settings().wholes(2, 1, "subsample");
    List<Long> shape =
        List.of(
            call.input().extent(0),
            Settings.wholeOf(said.get(rows)),
            Settings.wholeOf(said.get(rows + 1)),
            kernel.extent(2));
    Map<String, Attr> attrs =
        Map.of(
            "strides",
            Convolutions.whole(strides),
            "padding",
            new Attr.Text(Windows.padding(call).toUpperCase(Locale.ROOT)));
    SymbolicTensor y =
        Windows.channelsLast(
            call,
            call.input(),
            x -> ops.one("Conv2DBackpropInput", attrs, ops.ints(shape), kernel, x));
    return Convolutions.finished(call, y, 1);
  }

  /** {@code backend_utils.py}, {@code _get_output_shape_given_tf_padding}. */
  private static List<Long> shape(
      LayerCall call, SymbolicTensor x, SymbolicTensor kernel, List<Long> strides, int spatial) {
    Optional<Config> given = call.settings().get("output_padding");
    List<Long> shape = new ArrayList<>(List.of(x.extent(0)));
    for (int i = 0; i < spatial; i++) {
      long stride = strides.get(i);
      long size = kernel.extent(i);
      boolean isValid = Windows.padding(call).equals("valid");
      if (given.isPresent()) {
        long more = call.settings().wholes(spatial, 0, "output_padding").get(i);
        long cut = isValid ? size : size % 2;
        shape.add((x.extent(i + 1) - 1) * stride + cut + more);
      } else {
        shape.add(
            isValid
                ? (x.extent(i + 1) - 1) * stride + Math.max(size, stride)
                : x.extent(i + 1) * stride);
      }
    }
    shape.add(kernel.extent(spatial));
    return shape;
  }
}

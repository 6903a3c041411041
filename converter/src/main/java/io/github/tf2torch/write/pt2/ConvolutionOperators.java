package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Convolutions, pooling and resizing: axes are batch, channels, then the spatial ones. */
final class ConvolutionOperators {
  private static final String CONVOLUTIONS =
      """
      conv1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] dilation=[1], SymInt groups=1) -> Tensor
      conv2d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor
      conv3d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor
      """;

  private static final String TRANSPOSED =
      """
      conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] output_padding=[0], SymInt groups=1, SymInt[1] dilation=[1]) -> Tensor
      conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt groups=1, SymInt[2] dilation=[1, 1]) -> Tensor
      conv_transpose3d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt groups=1, SymInt[3] dilation=[1, 1, 1]) -> Tensor
      """;

  private static final String POOLS =
      """
      max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor
      max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor
      max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor
      avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor
      avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor
      avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor
      """;

  private static final String RESIZED =
      """
      adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor
      adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor
      adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor
      upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor
      upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor
      upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor
      upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor
      upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor
      _upsample_nearest_exact2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor
      """;

  private static final String ENLARGED =
      """
      upsample_nearest1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
      upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
      upsample_nearest3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
      """;

  private static final String LARGEST =
      """
      adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)
      adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)
      adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)
      """;

  private static final String UNFOLDED =
      "im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) ->"
          + " Tensor";

  private ConvolutionOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(ConvolutionOperators::convolved, CONVOLUTIONS),
            Operator.rows(ConvolutionOperators::transposed, TRANSPOSED),
            Operator.rows(ConvolutionOperators::pooled, POOLS),
            Operator.rows(ConvolutionOperators::unfolded, UNFOLDED),
            Operator.rows(ConvolutionOperators::resized, RESIZED),
            Operator.rows(ConvolutionOperators::enlarged, ENLARGED),
            Operator.several(ConvolutionOperators::withPlaces, LARGEST))
        .flatMap(List::stream);
  }

  /** Values, and where in the input they are. */
  private static List<Form> withPlaces(Call call) {
    Form values = resized(call);
    return List.of(values, values.withDtype(DType.INT64));
  }

  /** The number for a spatial axis; one number stands for all, and none for another. */
  private static long at(Call call, String name, int axis, long otherwise) {
    List<Long> all = call.wholes(name);
    return all.isEmpty() ? otherwise : all.get(all.size() == 1 ? 0 : axis);
  }

  private static int spatial(Call call) {
    return Character.digit(call.schema().name().replaceAll("\\D", "").charAt(0), 10);
  }

  /** The axes before the spatial ones. */
  private static List<Extent> lead(Call call) {
    int before = call.self().rank() - spatial(call);
    if (before != 2) {
      throw call.refused("takes no tensor of " + call.self().rank() + " dimensions here");
    }
    return new ArrayList<>(call.self().sizes().subList(0, before));
  }

  /** The windows, channels first, and the places in a row. */
  private static Form unfolded(Call call) {
    List<Extent> sizes = call.self().sizes();
    Extent taken = sizes.get(1);
    Extent places = Extent.of(1);
    for (int i = 0; i < 2; i++) {
      long window = call.wholes("kernel_size").get(i);
      long reach = (window - 1) * call.wholes("dilation").get(i) + 1;
      long more = 2 * call.wholes("padding").get(i) - reach;
      long stride = call.wholes("stride").get(i);
      taken = taken.times(Extent.of(window));
      places = places.times(sizes.get(i + 2).plus(more).over(stride).plus(1));
    }
    return call.as(List.of(sizes.get(0), taken, places));
  }

  private static Form convolved(Call call) {
    List<Extent> weight = call.tensor("weight").sizes();
    List<Extent> sizes = lead(call);
    sizes.set(1, weight.get(0));
    for (int i = 0; i < spatial(call); i++) {
      Extent extent =
          weight.get(i + 2).plus(-1).times(Extent.of(at(call, "dilation", i, 1))).plus(1);
      sizes.add(
          call.self()
              .sizes()
              .get(i + 2)
              .plus(2 * at(call, "padding", i, 0))
              .minus(extent)
              .over(at(call, "stride", i, 1))
              .plus(1));
    }
    return call.as(sizes);
  }

  private static Form transposed(Call call) {
    List<Extent> weight = call.tensor("weight").sizes();
    List<Extent> sizes = lead(call);
    sizes.set(1, weight.get(1).times(Extent.of(call.whole("groups", 1))));
    for (int i = 0; i < spatial(call); i++) {
      Extent extent =
          weight.get(i + 2).plus(-1).times(Extent.of(at(call, "dilation", i, 1))).plus(1);
      sizes.add(
          call.self()
              .sizes()
              .get(i + 2)
              .plus(-1)
              .times(Extent.of(at(call, "stride", i, 1)))
              .plus(-2 * at(call, "padding", i, 0))
              .plus(extent)
              .plus(at(call, "output_padding", i, 0)));
    }
    return call.as(sizes);
  }

  /** {@code pooling_output_shape} of {@code aten/src/ATen/native/Pool.h}. */
  private static Form pooled(Call call) {
    List<Extent> sizes = lead(call);
    for (int i = 0; i < spatial(call); i++) {
      Extent size = call.self().sizes().get(i + 2);
      long kernel = at(call, "kernel_size", i, 1);
      long stride = at(call, "stride", i, kernel);
      long padding = at(call, "padding", i, 0);
      long extent = (kernel - 1) * at(call, "dilation", i, 1) + 1;
      Extent rest = size.plus(2 * padding - extent);
      if (!call.flag("ceil_mode", false)) {
        sizes.add(rest.over(stride).plus(1));
      } else if (size.isKnown()) {
        long out = rest.plus(stride - 1).over(stride).plus(1).known().getAsLong();
        boolean isOutside = (out - 1) * stride >= size.known().getAsLong() + padding;
        sizes.add(Extent.of(isOutside ? out - 1 : out));
      } else {
        throw call.refused("rounds up an extent that is not known");
      }
    }
    return call.as(sizes);
  }

  private static Form enlarged(Call call) {
    List<Long> factors = call.factors("scale_factors");
    List<Extent> sizes = lead(call);
    for (int i = 0; i < factors.size(); i++) {
      sizes.add(call.self().sizes().get(i + 2).times(Extent.of(factors.get(i))));
    }
    return call.as(sizes);
  }

  private static Form resized(Call call) {
    List<Extent> sizes = lead(call);
    sizes.addAll(call.extents("output_size"));
    return call.as(sizes);
  }
}

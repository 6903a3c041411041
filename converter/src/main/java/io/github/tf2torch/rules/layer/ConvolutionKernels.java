package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Kernels of convolutions as TensorFlow has them, spatial axes, inputs, outputs, from the forms
 * that Keras 1 and Theano kept: {@code preprocess_weights_for_loading} and {@code convert_kernel}
 * of Keras 2.3 ({@code engine/saving.py}, {@code utils/conv_utils.py}).
 */
final class ConvolutionKernels {
  private ConvolutionKernels() {}

  /** The first variable of the layer. */
  static TensorExpr of(LayerContext context, int spatial) {
    TensorExpr stored = context.weight(0, "kernel");
    TensorExpr kernel =
        spatial == 1 ? ofOneAxis(stored, context) : ordered(stored, spatial, context);
    return turned(kernel, spatial, context);
  }

  /** Keras 1 had an axis of one behind the steps, and before 1.1.1 outputs and inputs before. */
  private static TensorExpr ofOneAxis(TensorExpr stored, LayerContext context) {
    if (stored.shape().rank() != 4) {
      return stored;
    }
    long length = context.settings().whole(0, "filter_length", "kernel_size");
    long filters = context.settings().whole(0, "nb_filter", "filters");
    Shape shape = stored.shape();
    boolean isInOrder = shape.dim(0) == length && shape.dim(1) == 1 && shape.dim(3) == filters;
    TensorExpr ordered = isInOrder ? stored : new TensorExpr.Permute(stored, List.of(2, 3, 1, 0));
    Shape all = ordered.shape();
    return new TensorExpr.Reshape(ordered, Shape.of(all.dim(0), all.dim(2), all.dim(3)));
  }

  /** With channels first, Keras 1 had outputs and inputs before the spatial axes. */
  private static TensorExpr ordered(TensorExpr stored, int spatial, LayerContext context) {
    boolean isOutputsFirst =
        context.version().major() == 1 && DataFormat.of(context, spatial).isChannelsFirst();
    if (!isOutputsFirst) {
      return stored;
    }
    List<Integer> axes = new ArrayList<>(IntStream.range(2, spatial + 2).boxed().toList());
    axes.addAll(List.of(1, 0));
    return new TensorExpr.Permute(stored, axes);
  }

  /**
   * Theano's convolutions turn their kernels by half a circle, TensorFlow's take them as they are.
   */
  private static TensorExpr turned(TensorExpr kernel, int spatial, LayerContext context) {
    if (!context.isOfTheano()) {
      return kernel;
    }
    Shape shape = kernel.shape();
    long places = shape.dims().subList(0, spatial).stream().reduce(1L, Math::multiplyExact);
    if (places == 1) {
      return kernel;
    }
    TensorExpr flat =
        new TensorExpr.Reshape(
            kernel, Shape.of(places, shape.dim(spatial), shape.dim(spatial + 1)));
    List<TensorExpr> backwards = new ArrayList<>();
    for (long at = places - 1; at >= 0; at--) {
      backwards.add(new TensorExpr.Slice(flat, 0, at, 1));
    }
    return new TensorExpr.Reshape(new TensorExpr.Concat(backwards, 0), shape);
  }
}

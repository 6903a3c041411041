package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a transposed convolution of Keras 1 has otherwise than those of later Kerases: the size of
 * its result is said, and its kernel has inputs before outputs ({@code deconv2d} of {@code
 * backend/tensorflow_backend.py}, Keras 1.2.2).
 */
final class Deconvolutions {
  private Deconvolutions() {}

  /** Rows, columns, outputs, inputs. */
  static TensorExpr kernel(DataFormat format, LayerContext context) {
    Former.requireKeras1(context);
    TensorExpr stored = context.weight(0, "W");
    return new TensorExpr.Permute(
        stored, format.isChannelsFirst() ? List.of(2, 3, 0, 1) : List.of(0, 1, 3, 2));
  }

  /** Rows and columns of {@code output_shape}, of which a convolution must make the input's. */
  static List<Long> extents(
      DataFormat format,
      TensorExpr kernel,
      List<Long> strides,
      boolean isSame,
      LayerContext context) {
    List<Config> shape =
        context.settings().get("output_shape").map(Settings::items).orElse(List.of());
    Dims given = context.input().type().dims();
    List<Long> extents = new ArrayList<>();
    for (int i = 0; i < format.spatial(); i++) {
      int axis = format.firstSpatial() + i;
      Optional<Long> said =
          axis < shape.size() && !(shape.get(axis) instanceof Config.Absent)
              ? Optional.of(Settings.whole(shape.get(axis)))
              : Optional.empty();
      if (said.isEmpty() || !given.isKnown(axis)) {
        throw context.unsupported("has an input or an output_shape without rows or columns");
      }
      long windows = isSame ? said.get() : said.get() - kernel.shape().dim(i) + 1;
      if ((windows + strides.get(i) - 1) / strides.get(i) != given.extent(axis)) {
        throw context.unsupported(
            "says output_shape " + said.get() + ", of which no convolution makes " + given);
      }
      extents.add(said.get());
    }
    return extents;
  }
}

package io.github.tf2torch.write.python;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.TorchModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What shapes the values of a forward have, for its comments: {@code (N, 64, 56, 56)}. */
final class Shapes {
  private final Map<String, TorchModel.Tap> known = new HashMap<>();

  Shapes(TorchModel model) {
    model.taps().stream()
        .filter(t -> t.dims().isPresent())
        .forEach(t -> known.putIfAbsent(t.value(), t));
  }

  /** Empty where nothing is known. */
  String of(String value) {
    TorchModel.Tap tap = known.get(value);
    return tap == null ? "" : text(tap.dims().orElseThrow(), tap.layout().order());
  }

  /** The shape without its channels: what changes from stage to stage. */
  String places(String value) {
    TorchModel.Tap tap = known.get(value);
    if (tap == null) {
      return "";
    }
    List<Long> extents = tap.dims().orElseThrow().extents();
    return extents.subList(0, Math.max(0, extents.size() - 1)).toString();
  }

  static String text(Dims dims, AxisOrder order) {
    List<Integer> axes = order.axes();
    List<String> extents =
        axes.stream()
            .map(
                a ->
                    dims.isKnown(a)
                        ? Long.toString(dims.extent(a))
                        : a.equals(axes.get(0)) ? "N" : "?")
            .toList();
    return extents.stream()
        .collect(Collectors.joining(", ", "(", extents.size() == 1 ? ",)" : ")"));
  }
}

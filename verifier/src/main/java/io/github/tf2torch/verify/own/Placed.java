package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A value of a program for one of TensorFlow's, and how far it is from it. */
record Placed(String local, Layout layout, double error) {

  /** For a layer of the source's. */
  static Stream<Placed> of(SourceLayers source, int layer, String local, TensorView value) {
    return in(source.tap(layer).source(), source.values().get(layer), local, value);
  }

  /** In each order of axes with which the extents fit, the likeliest first. */
  private static Stream<Placed> in(
      Endpoint source, TensorView expected, String local, TensorView value) {
    Shape wanted = expected.shape();
    return layouts(wanted.rank()).stream()
        .filter(l -> value.dtype().isFloating())
        .filter(l -> Arrangement.tensorflowShape(value.shape(), l).equals(Optional.of(wanted)))
        .map(
            layout -> {
              Place place = new Place(local, source, layout);
              double error = Judgement.error64(place, expected, value);
              return new Placed(local, layout, error);
            });
  }

  /** With as many examples and channels, of other extents: a stride or a padding is another. */
  static Stream<Placed> misfits(Shape wanted, String local, TensorView value) {
    int rank = wanted.rank();
    return rank < 3 || !value.dtype().isFloating()
        ? Stream.empty()
        : layouts(rank).stream()
            .filter(
                layout ->
                    Arrangement.tensorflowShape(value.shape(), layout)
                        .filter(shape -> !shape.equals(wanted))
                        .filter(shape -> shape.dim(0) == wanted.dim(0))
                        .filter(shape -> shape.dim(rank - 1) == wanted.dim(rank - 1))
                        .isPresent())
            .map(layout -> new Placed(local, layout, Double.POSITIVE_INFINITY));
  }

  /** An image has channels first; a sequence is as it is, or has time first. */
  private static List<Layout> layouts(int rank) {
    if (rank < 3) {
      return List.of(Layout.tensorflow(rank));
    }
    Layout channels = Layout.of(AxisOrder.channelsFirst(rank));
    List<Integer> axes = new ArrayList<>(AxisOrder.identity(rank).axes());
    axes.set(0, 1);
    axes.set(1, 0);
    return rank == 3
        ? List.of(Layout.tensorflow(rank), channels, Layout.of(new AxisOrder(axes)))
        : List.of(channels, Layout.tensorflow(rank));
  }
}

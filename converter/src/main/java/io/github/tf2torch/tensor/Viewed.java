package io.github.tf2torch.tensor;

import java.util.List;

/**
 * A tensor as a view of the elements of another one.
 *
 * @param view whose axes may be parts of the tensor's, since what strides can't say of a merged
 *     axis they can of its parts
 */
record Viewed(Elements base, int elementBytes, View view, Shape shape, Workspace memory) {
  static Viewed whole(Elements base, int elementBytes, Shape shape, Workspace memory) {
    return new Viewed(base, elementBytes, View.of(shape), shape, memory);
  }

  Elements elements() {
    return view.isWhole() || view.count() == 0
        ? base
        : new PanelReader(base, elementBytes, view, memory);
  }

  Viewed permute(TensorExpr.Permute permute) {
    if (view.count() == 0) {
      return with(View.of(permute.shape()), permute.shape());
    }
    List<List<Integer>> parts = parts();
    List<Integer> axes = permute.axes().stream().flatMap(a -> parts.get(a).stream()).toList();
    return with(view.permute(axes), permute.shape());
  }

  Viewed slice(TensorExpr.Slice slice) {
    if (slice.length() == shape.dim(slice.axis())) {
      return this;
    }
    if (view.count() == 0) {
      return with(View.of(slice.shape()), slice.shape());
    }
    if (view.dims().equals(shape.dims())) {
      return with(view.slice(slice.axis(), slice.start(), slice.length()), slice.shape());
    }
    List<Integer> parts = parts().get(slice.axis());
    return parts.size() == 1
        ? with(view.slice(parts.get(0), slice.start(), slice.length()), slice.shape())
        : whole(elements(), elementBytes, shape, memory).slice(slice);
  }

  Viewed reshape(Shape wanted) {
    return view.reshape(wanted)
        .map(v -> with(v, wanted))
        .orElseGet(
            () ->
                view.grouped(wanted).isPresent()
                    ? with(view, wanted)
                    : whole(elements(), elementBytes, wanted, memory));
  }

  private List<List<Integer>> parts() {
    return view.grouped(shape)
        .orElseThrow(() -> new AssertionError(view.dims() + " are no parts of " + shape));
  }

  private Viewed with(View other, Shape wanted) {
    return new Viewed(base, elementBytes, other, wanted, memory);
  }
}

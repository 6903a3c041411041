package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code keras/layers/local.py} and {@code local_conv} of Keras 2.3, place by place: the window's
 * elements, as they lie, times the kernel of the place.
 */
final class LocalConvolutions {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "LocallyConnected1D", LayerReference.of(call -> local(call, 1)),
          "LocallyConnected2D", LayerReference.of(call -> local(call, 2)));

  /** Each is a slice and a product of its own in the graph. */
  private static final long MOST_PLACES = 4096;

  private LocalConvolutions() {}

  private static SymbolicTensor local(LayerCall call, int spatial) {
    requireKnownForm(call);
    Windows.refuseTheano(call);
    Ops ops = call.ops();
    boolean isFirst = Windows.isChannelsFirst(call);
    SymbolicTensor x = call.input();
    List<Long> sizes = call.settings().wholes(spatial, 1, "kernel_size");
    List<Long> strides = call.settings().wholes(spatial, 1, "strides");
    int first = isFirst ? 2 : 1;
    List<Long> out = new ArrayList<>();
    for (int i = 0; i < spatial; i++) {
      out.add((x.extent(first + i) - sizes.get(i)) / strides.get(i) + 1);
    }
    long columns = spatial == 2 ? out.get(1) : 1;
    long places = out.get(0) * columns;
    if (places > MOST_PLACES) {
      throw call.missing("with " + places + " places");
    }
    SymbolicTensor kernel = call.weight(0);
    List<SymbolicTensor> all = new ArrayList<>();
    for (long place = 0; place < places; place++) {
      SymbolicTensor window = x;
      for (int i = 0; i < spatial; i++) {
        long index = i == 0 ? place / columns : place % columns;
        window = ops.slice(window, first + i, index * strides.get(i), sizes.get(i));
      }
      SymbolicTensor flat = ops.reshape(window, x.extent(0), kernel.extent(1));
      all.add(ops.product(flat, ops.at(kernel, 0, place)));
    }
    return finished(call, ops.stack(all, isFirst ? 2 : 1), out);
  }

  private static void requireKnownForm(LayerCall call) {
    boolean isKnown =
        call.settings().whole(1, "implementation") == 1
            && Windows.padding(call).equals("valid")
            && call.building().version().major() > 1;
    if (!isKnown) {
      throw call.missing("of another form than implementation 1 of Keras 2");
    }
  }

  /** (batch, places, filters), with channels first (batch, filters, places). */
  private static SymbolicTensor finished(LayerCall call, SymbolicTensor y, List<Long> out) {
    Ops ops = call.ops();
    boolean isFirst = Windows.isChannelsFirst(call);
    long filters = y.extent(isFirst ? 1 : 2);
    List<Long> shape = new ArrayList<>(out);
    shape.add(isFirst ? 0 : shape.size(), filters);
    SymbolicTensor bias = call.weight(call.variables().size() - 1);
    shape.add(0, y.extent(0));
    SymbolicTensor shaped = ops.reshape(y, shape);
    if (CoreLayers.usesBias(call)) {
      shape.set(0, 1L);
      // bias_add takes the elements of (rows, columns, filters) as they lie, in either format
      shaped = ops.add(shaped, ops.reshape(bias, shape));
    }
    return Activations.of(call, shaped, "linear", "activation");
  }
}

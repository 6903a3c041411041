package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code keras/src/layers/regularization}: nothing at inference, draws from a seed in training. */
final class Regularizations {
  static final Map<String, LayerReference> TABLE = table();

  private Regularizations() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    all.put("Dropout", LayerReference.of(c -> dropped(c, noiseShape(c))));
    for (String name : List.of("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")) {
      all.put(name, LayerReference.of(c -> dropped(c, ofMaps(c))));
    }
    for (String name : List.of("GaussianNoise", "GaussianDropout", "AlphaDropout")) {
      all.put(name, LayerReference.of(Regularizations::noise));
    }
    all.put("ActivityRegularization", LayerReference.of(LayerCall::input));
    return all;
  }

  private static SymbolicTensor noise(LayerCall call) {
    if (call.isTraining()) {
      throw call.missing("in training");
    }
    return call.input();
  }

  private static Shape noiseShape(LayerCall call) {
    List<Config> stored =
        call.settings().get("noise_shape").map(Settings::itemsOf).orElse(List.of());
    List<Long> extents = new ArrayList<>(call.input().shape().dims());
    for (int i = 0; i < stored.size(); i++) {
      if (!(stored.get(i) instanceof Config.Absent)) {
        extents.set(i, Settings.wholeOf(stored.get(i)));
      }
    }
    return new Shape(extents);
  }

  private static Shape ofMaps(LayerCall call) {
    SymbolicTensor x = call.input();
    List<Long> extents = new ArrayList<>(x.shape().dims());
    int channels = Windows.isChannelsFirst(call) ? 1 : x.rank() - 1;
    for (int i = 1; i < x.rank(); i++) {
      if (i != channels) {
        extents.set(i, 1L);
      }
    }
    return new Shape(extents);
  }

  static SymbolicTensor dropped(LayerCall call, Shape noise) {
    double rate = call.settings().number(0, "rate", "p");
    return call.isTraining() && rate > 0 ? dropped(call, call.input(), rate, noise) : call.input();
  }

  /** {@code tf.nn.experimental.stateless_dropout}, the seed and its count as Keras 3 has them. */
  static SymbolicTensor dropped(LayerCall call, SymbolicTensor x, double rate, Shape noise) {
    Ops ops = call.ops();
    if (rate >= 1) {
      return ops.mul(x, 0);
    }
    long seed = call.settings().whole(0, "seed");
    SymbolicTensor seeds =
        ops.constant(
            TensorValue.ofLongs(DType.INT32, Shape.of(2), seed, call.building().draw(call.path())));
    SymbolicTensor algorithm = ops.one("StatelessRandomGetAlg");
    List<SymbolicTensor> key = ops.all("StatelessRandomGetKeyCounter", Map.of(), List.of(seeds));
    SymbolicTensor uniform =
        ops.one(
            "StatelessRandomUniformV2",
            Map.of("dtype", new Attr.Type(x.dtype())),
            ops.ints(noise.dims()),
            key.get(0),
            key.get(1),
            algorithm);
    SymbolicTensor kept = ops.one("GreaterEqual", uniform, ops.number(rate, x));
    SymbolicTensor scaled = ops.mul(x, 1 / (1 - rate));
    return ops.mul(scaled, ops.cast(kept, x.dtype()));
  }
}

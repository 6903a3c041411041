package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code keras/src/layers/regularization}: nothing at inference, draws from a seed in training. */
final class Regularizations {
  static final Map<String, LayerReference> TABLE = table();

  /** Of SELU: its scale times its alpha, below zero. */
  private static final double LOWEST = -1.6732632423543772848170429916717 * 1.0507009873554804934;

  private Regularizations() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    all.put("Dropout", LayerReference.of(c -> dropped(c, noiseShape(c))));
    for (String name : List.of("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")) {
      all.put(name, LayerReference.of(c -> dropped(c, ofMaps(c))));
    }
    all.put("GaussianNoise", LayerReference.of(Regularizations::noise));
    all.put("GaussianDropout", LayerReference.of(Regularizations::multiplied));
    all.put("AlphaDropout", LayerReference.of(Regularizations::alpha));
    all.put("ActivityRegularization", LayerReference.of(LayerCall::input));
    return all;
  }

  private static SymbolicTensor noise(LayerCall call) {
    double deviation = call.settings().number(0, "stddev", "sigma");
    return deviation > 0 && call.drops()
        ? call.ops().add(call.input(), normal(call, deviation))
        : call.input();
  }

  private static SymbolicTensor normal(LayerCall call, double deviation) {
    return call.ops().mul(new Drawing(call).normal(call.input().shape()), deviation);
  }

  private static SymbolicTensor multiplied(LayerCall call) {
    double rate = rate(call);
    SymbolicTensor x = call.input();
    return rate > 0 && call.drops()
        ? call.ops().mul(x, call.ops().add(normal(call, Math.sqrt(rate / (1 - rate))), 1))
        : x;
  }

  /**
   * {@code alpha_dropout.py}: what goes becomes a number, and all is brought to the same spread.
   */
  private static SymbolicTensor alpha(LayerCall call) {
    double rate = rate(call);
    if (rate == 0 || !call.drops()) {
      return call.input();
    }
    Ops ops = call.ops();
    SymbolicTensor kept = new Drawing(call).kept(noiseShape(call), rate);
    SymbolicTensor gone = ops.mul(ops.complement(kept), LOWEST);
    double spread = Math.pow((1 - rate) * (1 + rate * LOWEST * LOWEST), -0.5);
    SymbolicTensor x = ops.add(ops.mul(call.input(), kept), gone);
    return ops.add(ops.mul(x, spread), -spread * LOWEST * rate);
  }

  private static double rate(LayerCall call) {
    return call.settings().number(0, "rate", "p");
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

  private static SymbolicTensor dropped(LayerCall call, Shape noise) {
    return dropped(call, call.input(), rate(call), noise);
  }

  /** {@code keras.src.backend.tensorflow.random.dropout}. */
  static SymbolicTensor dropped(LayerCall call, SymbolicTensor x, double rate, Shape noise) {
    if (rate <= 0 || !call.drops()) {
      return x;
    }
    return rate >= 1
        ? call.ops().mul(x, 0)
        : call.ops().mul(x, new Drawing(call).factor(noise, rate));
  }
}

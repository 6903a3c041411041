package io.github.tf2torch.read.graph;

import java.util.LinkedHashMap;
import java.util.Map;

/** A sum of tensors, each times a number, computed in float32 as the graph computes it. */
record Blend(Map<Place, Float> shares, float constant) {
  Blend {
    shares = Map.copyOf(shares);
  }

  static Blend of(Place tensor) {
    return new Blend(Map.of(tensor, 1f), 0);
  }

  static Blend number(float value) {
    return new Blend(Map.of(), value);
  }

  boolean isNumber() {
    return shares.isEmpty();
  }

  Blend plus(Blend other) {
    Map<Place, Float> sum = new LinkedHashMap<>(shares);
    other.shares().forEach((tensor, share) -> sum.merge(tensor, share, Float::sum));
    sum.values().removeIf(share -> share == 0);
    return new Blend(sum, constant + other.constant());
  }

  Blend times(float factor) {
    Map<Place, Float> product = new LinkedHashMap<>();
    shares.forEach((tensor, share) -> product.put(tensor, share * factor));
    product.values().removeIf(share -> share == 0);
    return new Blend(product, constant * factor);
  }
}

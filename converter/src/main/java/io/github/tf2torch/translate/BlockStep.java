package io.github.tf2torch.translate;

import java.util.Set;

/**
 * What blocks are made of: a layer, or what a graph computes under one name.
 *
 * @param name parted where it holds no slash
 * @param kind what another one is that may stand in its place
 * @param reads the steps whose values it takes
 * @param isFree whether it has no weights and is called once, so that it stands in a block whatever
 *     its own name is
 * @param isOnce whether it is called once
 * @param isHeld whether a module or tensor of the program is named after it
 */
record BlockStep(
    String name, String kind, Set<String> reads, boolean isFree, boolean isOnce, boolean isHeld) {
  BlockStep {
    reads = Set.copyOf(reads);
  }

  boolean isNamed() {
    return !name.contains("/");
  }
}

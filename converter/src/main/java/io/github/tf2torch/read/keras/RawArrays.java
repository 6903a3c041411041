package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Role;
import java.io.IOException;

/** Every array of an HDF5 file that is not Keras's, under its path. */
final class RawArrays {
  private RawArrays() {}

  static void addAll(StoreNode node, Inventory inventory) throws IOException {
    for (StoreNode.Array array : node.arrays()) {
      inventory.add(array.key(), array.key(), Role.OTHER, array.opening());
    }
    for (StoreNode child : node.children().values()) {
      addAll(child, inventory);
    }
  }
}

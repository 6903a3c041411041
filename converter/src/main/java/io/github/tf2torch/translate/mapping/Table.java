package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.mapping.Layer.Features;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.List;

/** Tables of embeddings, which both frameworks hold alike: one row for each entry. */
final class Table implements Convention {
  @Override
  public List<Layer> read(Leaves leaves) {
    List<Layer> layers = new ArrayList<>();
    for (String leaf : leaves.names()) {
      boolean isOwnScope = leaf.matches("embeddings?|embedding_(table|weights)");
      if (leaves.rank(leaf) == 2 && (isOwnScope || leaf.matches(".+_embeddings?"))) {
        List<String> scope = new ArrayList<>(leaves.scope());
        if (!isOwnScope || scope.isEmpty()) {
          scope.add(leaf);
        }
        layers.add(new Layer(scope, "embedding", List.of(reading(leaves.take(leaf)))));
      }
    }
    return layers;
  }

  static Reading reading(TensorExpr table) {
    Features features = new Features(0, table.shape().dim(1), 0);
    return new Reading("embedding", List.of(Slot.parameter("weight", table)), features);
  }
}

package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.List;

/** Variables grouped to layers by what TensorFlow, Keras, slim and Sonnet call them. */
final class Conventions {
  private Conventions() {}

  /** Every variable is in exactly one layer; one that belongs to none is a layer of its own. */
  static List<Layer> layers(SourceOrder order) {
    List<Layer> layers = new ArrayList<>();
    for (Leaves leaves : Leaves.of(order.variables(), order.classes())) {
      for (Convention convention : Convention.all()) {
        layers.addAll(convention.read(leaves));
      }
      for (String leaf : leaves.names()) {
        layers.add(bare(leaves, leaf));
      }
    }
    return FlattenedRows.unfold(BothWays.join(layers), order);
  }

  private static Layer bare(Leaves leaves, String leaf) {
    Variable variable = leaves.variable(leaf);
    boolean isTrained = variable.role() == Role.WEIGHT && variable.dtype().isFloating();
    List<String> scope = new ArrayList<>(leaves.scope());
    scope.add(leaf);
    TensorExpr stored = leaves.take(leaf);
    TorchModel.Kind kind = isTrained ? TorchModel.Kind.PARAMETER : TorchModel.Kind.BUFFER;
    return new Layer(
        scope, "tensor", List.of(new Reading("as stored", List.of(new Slot("", kind, stored)))));
  }
}

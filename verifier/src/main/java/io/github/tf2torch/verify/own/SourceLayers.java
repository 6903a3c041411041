package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.training.OwnLeaves;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The source's layers, as its own translation has them.
 *
 * @param leaves of each, the variables that what makes it from those before reads
 * @param values of each in TensorFlow, in float64
 */
record SourceLayers(
    TorchModel model, List<Set<String>> leaves, List<TensorView> values, List<Imprint> imprints) {

  static SourceLayers of(TorchModel translated, List<TensorView> values) {
    return new SourceLayers(
        translated,
        leaves(translated),
        values,
        values.stream().parallel().map(Imprint::of).toList());
  }

  private static List<Set<String>> leaves(TorchModel model) {
    List<Set<String>> all = new ArrayList<>();
    Set<String> values = new HashSet<>();
    for (int i = 0; i < model.taps().size(); i++) {
      TorchModel.Tap tap = model.taps().get(i);
      // the same once more, by another name, has none of its own
      all.add(
          values.add(tap.value())
              ? leaves(model, model.taps().subList(0, i), tap)
              : new TreeSet<>());
    }
    return all;
  }

  private static Set<String> leaves(
      TorchModel model, List<TorchModel.Tap> before, TorchModel.Tap tap) {
    Set<String> leaves = new TreeSet<>();
    Span.of(model, before, tap)
        .tensors(model)
        .forEach(t -> leaves.addAll(OwnLeaves.of(t.recipe())));
    return leaves;
  }

  int count() {
    return model.taps().size();
  }

  TorchModel.Tap tap(int layer) {
    return model.taps().get(layer);
  }

  boolean hasWeights(int layer) {
    return !leaves.get(layer).isEmpty();
  }

  /** What one reads that is made from some of those before it. */
  Set<String> leavesSince(Set<Integer> some, int layer) {
    List<TorchModel.Tap> before =
        IntStream.range(0, layer).filter(some::contains).mapToObj(this::tap).toList();
    return leaves(model, before, tap(layer));
  }
}

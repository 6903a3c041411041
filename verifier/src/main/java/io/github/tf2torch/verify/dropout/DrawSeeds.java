package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.reference.Draw;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The seeds that the layers of a Keras file draw by: the state of the layer's {@code SeedGenerator}
 * where the file holds it, else the layer's seed, else one that is given here.
 */
final class DrawSeeds {
  /** What {@code tf.random} takes where the user has given none. */
  private static final long DEFAULT_SEED = 87654321;

  private static final long SEEDS = Integer.MAX_VALUE - 1L;

  private DrawSeeds() {}

  /** The two numbers that TensorFlow draws by. */
  record Seeds(long seed, long count, String words) {}

  /**
   * Of each draw.
   *
   * @param call of the model, from 0
   */
  static List<Seeds> of(TfModel model, List<Draw> draws, int call) throws IOException {
    List<String> paths = draws.stream().map(Draw::path).distinct().toList();
    List<Seeds> all = new ArrayList<>();
    for (Draw draw : draws) {
      long each = draws.stream().filter(d -> d.path().equals(draw.path())).count();
      long count = draw.seed().draw() + call * each;
      Optional<TensorValue> state = state(model, draw);
      if (state.isPresent()) {
        long[] stored = state.get().longs();
        all.add(seeds(stored[0], stored[1] + count, "the generator's state in the file"));
      } else if (draw.seed().value().isPresent()) {
        all.add(seeds(draw.seed().value().get(), count, "the layer's seed"));
      } else {
        long seed = DEFAULT_SEED + paths.indexOf(draw.path());
        all.add(seeds(seed, count, "a seed given here, since the file has none"));
      }
    }
    return all;
  }

  private static Seeds seeds(long seed, long count, String words) {
    return new Seeds(Math.floorMod(seed, SEEDS), Math.floorMod(count, SEEDS), words);
  }

  private static Optional<TensorValue> state(TfModel model, Draw draw) throws IOException {
    Optional<Variable> variable =
        draw.seed()
            .state()
            .flatMap(
                name ->
                    model.variables().stream()
                        .filter(v -> v.name().equals(name) && v.shape().count() == 2)
                        .findFirst());
    return variable.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Evaluation.value(
                new TensorExpr.Stored(
                    variable.get().name(), variable.get().dtype(), variable.get().shape()),
                model.tensors()));
  }
}

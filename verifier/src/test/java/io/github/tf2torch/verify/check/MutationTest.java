package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single faults planted in correct programs, one at a layer, and in what optimizers hold: each must
 * be found there, and its kind named. A source joins by a line in {@link #SOURCES}, a fault of an
 * optimizer by one in {@link OptimizerMutations}.
 */
class MutationTest {
  private static final Path HERE = Path.of("src/test/resources");

  private static final List<Path> SOURCES =
      List.of(
          Ported.SOURCE,
          HERE.resolve("trainingform/layers/model.meta"),
          HERE.resolve("trainingform/plain/model.meta"),
          HERE.resolve("trainingform/slim/model.meta"),
          HERE.resolve("operations/normalization.pb"),
          HERE.resolve("operations/convolution.pb"),
          HERE.resolve("operations/resizing.pb"),
          HERE.resolve("operations/unary.pb"),
          HERE.resolve("causes/attention.keras"),
          HERE.resolve("causes/image.keras"),
          HERE.resolve("causes/island.pb"),
          HERE.resolve("causes/recurrent.keras"),
          HERE.resolve("reference/activation.keras"),
          HERE.resolve("reference/transposed.keras"),
          HERE.resolve("reference/keras112_cnn.h5"),
          HERE.resolve("reference/keras213_rnn.h5"),
          HERE.resolve("reference/keras231_conv1d.h5"));

  @TempDir Path folder;

  @Test
  void everyFaultIsFoundAtItsLayerAndNearlyAllAreNamed() throws IOException {
    List<Mutations.Outcome> outcomes = new ArrayList<>();
    Mutations mutations = new Mutations(1, 3, 5);
    for (int i = 0; i < SOURCES.size(); i++) {
      outcomes.addAll(mutations.of(SOURCES.get(i), folder.resolve("out" + i), System.out::println));
    }
    outcomes.addAll(OptimizerMutations.of(folder));
    System.out.println(Mutations.summary(outcomes));
    assertThat(outcomes).hasSizeGreaterThanOrEqualTo(60);
    assertThat(outcomes.stream().filter(o -> !o.isFoundThere())).isEmpty();
    long named = outcomes.stream().filter(Mutations.Outcome::isNamed).count();
    assertThat(named)
        .as("%s", outcomes.stream().filter(o -> !o.isNamed()).toList())
        .isGreaterThanOrEqualTo((long) Math.ceil(0.9 * outcomes.size()));
  }
}

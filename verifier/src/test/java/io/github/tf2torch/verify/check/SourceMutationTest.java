package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every fault of {@link SourceMutations} is found, and named. */
class SourceMutationTest {
  @TempDir Path folder;

  @Test
  void everyFaultOfAnOptimizerIsFoundAndNamed() throws IOException {
    List<Mutations.Outcome> outcomes = SourceMutations.of(folder);
    System.out.println(Mutations.summary(outcomes));
    assertThat(outcomes).hasSizeGreaterThan(20);
    assertThat(outcomes.stream().filter(o -> !o.isFoundThere())).isEmpty();
    assertThat(outcomes.stream().filter(o -> !o.isNamed())).isEmpty();
  }
}

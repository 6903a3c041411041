package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code shape_and_slices} of RestoreV2: extents, then of each axis where a part lies. */
class RestoredNamesTest {
  @ParameterizedTest
  @CsvSource({
    "'', true",
    "'18 10 0,18:0,10', true",
    "'18 10 -:0,10', true",
    "'5 -', true",
    "'18 10 0,9:0,10', false",
    "'18 10 9,9:-', false",
    "'18 10', false"
  })
  void aSliceOfAllIsTheWholeVariable(String slice, boolean isWhole) {
    assertThat(RestoredNames.isWhole(slice)).isEqualTo(isWhole);
  }
}

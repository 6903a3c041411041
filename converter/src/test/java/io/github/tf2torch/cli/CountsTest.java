package io.github.tf2torch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CountsTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 7, -12, 999, 1000, -1000, 123_456, -999_999, 25_636_712, Long.MIN_VALUE})
  void aCommaStandsBetweenThousands(long count) {
    assertThat(Counts.grouped(count)).isEqualTo(String.format(java.util.Locale.ROOT, "%,d", count));
  }
}

package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.verify.subject.CheckName;
import org.junit.jupiter.api.Test;

class ChecksTest {
  @Test
  void everyNameIsOfACheckInItsOrder() {
    assertThat(Checks.ALL).extracting(Check::name).isEqualTo(CheckName.ALL);
  }
}

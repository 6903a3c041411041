package io.github.tf2torch.samples.thepost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class AddingOrderTest {
  private static final String CPU = "processor\t: 0\nflags\t\t: fpu sse4_2 %s f16c\n";

  @Test
  void oneOrderNeedsAvx2() {
    assertThat(AddingOrder.impediment(CPU.formatted("avx avx2"))).isEmpty();
    assertThat(AddingOrder.impediment(CPU.formatted("avx2_of_another_kind")))
        .hasValueSatisfying(
            said -> assertThat(said).contains("no AVX2").contains("this machine's own order"));
    assertThat(AddingOrder.impediment("")).isPresent();
  }

  @Test
  void theSampleSaysWhatIsSet() throws IOException {
    String said = AddingOrder.said();
    if (AddingOrder.impediment().isEmpty()) {
      assertThat(AddingOrder.environment()).containsEntry("ONEDNN_MAX_CPU_ISA", "AVX2");
      AddingOrder.environment().entrySet().stream()
          .filter(e -> !e.getKey().startsWith("TF_"))
          .forEach(e -> assertThat(said).contains(e.getKey() + "=" + e.getValue()));
    } else {
      assertThat(AddingOrder.environment()).doesNotContainKey("ONEDNN_MAX_CPU_ISA");
    }
  }
}

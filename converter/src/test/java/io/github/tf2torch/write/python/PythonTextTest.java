package io.github.tf2torch.write.python;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Long lines, split as black 26 splits them. */
class PythonTextTest {
  private static final String MODULE = "self.block_stem_1.separable_conv_block_reduction_stem_1.";

  @Test
  void aLeftSideThatFitsHasBracketsOfItsOwnBehindIt() {
    assertThat(
            split(
                MODULE
                    + "separable_conv = nn.Conv2d(32, 32, kernel_size=7, groups=32, bias=False)"))
        .isEqualTo(
            """
                    %sseparable_conv = (
                        nn.Conv2d(32, 32, kernel_size=7, groups=32, bias=False)
                    )
            """
                .formatted(MODULE));
  }

  @Test
  void aLeftSideThatIsTooLongItselfHasNone() {
    assertThat(
            split(
                MODULE
                    + "separable_conv_1_reduction_1 = nn.Conv2d(32, 32, kernel_size=7, bias=False)"))
        .isEqualTo(
            """
                    %sseparable_conv_1_reduction_1 = nn.Conv2d(
                        32, 32, kernel_size=7, bias=False
                    )
            """
                .formatted(MODULE));
  }

  @Test
  void aCallThatIsTooLongInBracketsHasNone() {
    assertThat(split("x = " + MODULE + "separable_conv_1_reduction_right2_stem_1(x)"))
        .isEqualTo(
            """
                    x = %sseparable_conv_1_reduction_right2_stem_1(
                        x
                    )
            """
                .formatted(MODULE));
  }

  @Test
  void methodsOfWhatStandsInBracketsStayTogether() {
    assertThat(
            split(
                "place_1 = (digitize_x0.unsqueeze(-1) >= self.constant).sum((-1,)).to(torch.int32)"))
        .isEqualTo(
            """
                    place_1 = (
                        (digitize_x0.unsqueeze(-1) >= self.constant).sum((-1,)).to(torch.int32)
                    )
            """);
  }

  private static String split(String line) {
    return new PythonText().line(2, line).toString();
  }
}
